extension ZipDirectory {
  /// Where the directory lies, and how many entries it has: the last record of the file says so.
  static func place(_ source: ByteSource) throws -> (range: Range<Int>, count: Int) {
    // A comment of up to 65 535 bytes may follow the record.
    let tailStart = max(0, source.count - endSize - 0xFFFF)
    let tail = LittleBytes(try source.read(tailStart..<source.count))
    var place = tail.count - endSize
    while place >= 0,
      tail[place, UInt32.self] != 0x0605_4B50 || Int(tail[place + 20, UInt16.self]) != tail.count - endSize - place
    { place -= 1 }
    guard place >= 0 else {
      throw source.malformed("it begins as a zip archive and does not end as one; is it complete?")
    }
    guard tail[place + 4, UInt16.self] == 0, tail[place + 6, UInt16.self] == 0,
      tail[place + 8, UInt16.self] == tail[place + 10, UInt16.self]
    else { throw source.unsupported("it is one part of a zip archive in several") }
    var end = tailStart + place
    var count = UInt64(tail[place + 10, UInt16.self])
    var size = UInt64(tail[place + 12, UInt32.self])
    var start = UInt64(tail[place + 16, UInt32.self])
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF || hasLocator(tail, before: place) {
      (end, count, size, start) = try large(source, before: end)
    }
    // Nothing lies between the directory and its record.
    guard let first = Int(exactly: start), let length = Int(exactly: size), let entries = Int(exactly: count),
      first <= end, length == end - first
    else {
      throw source.malformed("its directory of \(size) bytes at \(start) does not end at \(end), where it should")
    }
    return (first..<end, entries)
  }

  private static func hasLocator(_ tail: LittleBytes, before place: Int) -> Bool {
    place >= 20 && tail[place - 20, UInt32.self] == 0x0706_4B50
  }

  /// The same of a zip64 archive: a locator before the record says where the larger record is.
  private static func large(
    _ source: ByteSource, before record: Int
  ) throws -> (end: Int, count: UInt64, size: UInt64, start: UInt64) {
    guard record >= 20 + 56 else { throw source.malformed("it lacks the record of a zip64 archive") }
    let locator = LittleBytes(try source.read(record - 20..<record))
    guard locator[0, UInt32.self] == 0x0706_4B50, let place = Int(exactly: locator[8, UInt64.self]),
      place <= record - 20 - 56
    else { throw source.malformed("it lacks the record of a zip64 archive") }
    let large = LittleBytes(try source.read(place..<place + 56))
    guard large[0, UInt32.self] == 0x0606_4B50, large[24, UInt64.self] == large[32, UInt64.self] else {
      throw source.malformed("it lacks the record of a zip64 archive at \(place)")
    }
    return (place, large[32, UInt64.self], large[40, UInt64.self], large[48, UInt64.self])
  }
}
