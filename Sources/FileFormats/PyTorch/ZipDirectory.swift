/// The directory at the end of a zip archive (PKWARE's application note, sections 4.3 and 4.5), with zip64.
///
/// Every place that it names lies within the file, and no two entries share a byte.
struct ZipDirectory {
  struct Entry {
    let name: String
    let isDeflated: Bool
    /// Bytes in the archive, and of the content.
    let compressed: Int
    let size: Int
    /// Where its own header begins, and where the next one (or the directory) does.
    let header: Int
    fileprivate(set) var end: Int
  }

  /// In the order of their places in the file.
  private(set) var entries: [Entry]
  private let source: ByteSource

  private static let localSize = 30
  private static let centralSize = 46
  static let endSize = 22
  private static let maximumSize = 64 << 20

  /// - Throws: `FileFormatError`.
  init(_ source: ByteSource) throws {
    self.source = source
    let place = try ZipDirectory.place(source)
    guard place.range.count <= Self.maximumSize else {
      throw source.malformed("its directory takes \(place.range.count) bytes, expected \(Self.maximumSize) at most")
    }
    let bytes = LittleBytes(try source.read(place.range))
    entries = []
    var names: Set<String> = []
    var position = 0
    while position < bytes.count {
      let (entry, next) = try ZipDirectory.entry(bytes, at: position, source, before: place.range.lowerBound)
      guard names.insert(entry.name).inserted else {
        throw source.malformed("its directory names \(quoted(entry.name)) twice")
      }
      entries.append(entry)
      position = next
    }
    guard entries.count == place.count else {
      throw source.malformed("its directory announces \(place.count) entries and has \(entries.count)")
    }
    try checkOverlaps(before: place.range.lowerBound)
  }

  private mutating func checkOverlaps(before directory: Int) throws {
    entries.sort { $0.header < $1.header }
    for index in entries.indices {
      let entry = entries[index]
      let end = index + 1 < entries.count ? entries[index + 1].header : directory
      entries[index].end = end
      guard Self.localSize + entry.name.utf8.count <= end - entry.header,
        entry.compressed <= end - entry.header - Self.localSize - entry.name.utf8.count
      else {
        throw source.malformed(
          "entry \(quoted(entry.name)) of \(entry.compressed) bytes at \(entry.header) reaches into what begins at "
            + "\(end)")
      }
    }
  }

  /// Where the bytes of an entry lie, behind its own header.
  func content(of entry: Entry) throws -> Range<Int> {
    let header = LittleBytes(try source.read(entry.header..<entry.header + Self.localSize + entry.name.utf8.count))
    guard header[0, UInt32.self] == 0x0403_4B50,
      header.bytes[Self.localSize...].elementsEqual(entry.name.utf8),
      Int(header[26, UInt16.self]) == entry.name.utf8.count
    else { throw source.malformed("entry \(quoted(entry.name)) is not at \(entry.header), where it should be") }
    let start = entry.header + Self.localSize + entry.name.utf8.count + Int(header[28, UInt16.self])
    guard entry.compressed <= entry.end - start else {
      throw source.malformed(
        "entry \(quoted(entry.name)) of \(entry.compressed) bytes at \(start) reaches into what begins at "
          + "\(entry.end)")
    }
    return start..<start + entry.compressed
  }

  private static func entry(
    _ bytes: LittleBytes, at place: Int, _ source: ByteSource, before directory: Int
  ) throws -> (Entry, next: Int) {
    guard place <= bytes.count - centralSize, bytes[place, UInt32.self] == 0x0201_4B50 else {
      throw source.malformed("its directory has no entry at byte \(place)")
    }
    let (flags, method) = (bytes[place + 8, UInt16.self], bytes[place + 10, UInt16.self])
    let name = place + centralSize..<place + centralSize + Int(bytes[place + 28, UInt16.self])
    let extra = name.upperBound..<name.upperBound + Int(bytes[place + 30, UInt16.self])
    let next = extra.upperBound + Int(bytes[place + 32, UInt16.self])
    guard next <= bytes.count, let text = String(validating: bytes.bytes[name], as: UTF8.self), !text.contains("\0")
    else { throw source.malformed("its directory has no valid entry at byte \(place)") }
    guard flags & 1 == 0 else { throw source.unsupported("entry \(quoted(text)) is encrypted") }
    guard method == 0 || method == 8 else {
      throw source.unsupported("entry \(quoted(text)) is compressed by method \(method); 0 and 8 (deflate) are")
    }
    var words = [UInt64(bytes[place + 24, UInt32.self]), UInt64(bytes[place + 20, UInt32.self])]
    words.append(UInt64(bytes[place + 42, UInt32.self]))
    // What does not fit into 32 bits is in a field of its own, in this order.
    var large = largeWords(bytes, extra)[...]
    for index in words.indices where words[index] == 0xFFFF_FFFF {
      guard let word = large.popFirst() else {
        throw source.malformed("entry \(quoted(text)) lacks its zip64 sizes")
      }
      words[index] = word
    }
    guard let size = Int(exactly: words[0]), let compressed = Int(exactly: words[1]),
      let header = Int(exactly: words[2]), header < directory, compressed <= directory - header
    else {
      throw source.malformed("entry \(quoted(text)) of \(words[1]) bytes at \(words[2]) is beyond the file's data")
    }
    guard method == 8 ? size / Inflater.maximumRatio <= compressed : size == compressed else {
      throw source.malformed("entry \(quoted(text)) announces \(size) bytes in \(compressed)")
    }
    return (
      Entry(name: text, isDeflated: method == 8, compressed: compressed, size: size, header: header, end: header), next
    )
  }

  /// The words of the extra field of zip64, which has the number 1.
  private static func largeWords(_ bytes: LittleBytes, _ range: Range<Int>) -> [UInt64] {
    var place = range.lowerBound
    while place <= range.upperBound - 4 {
      let body = place + 4..<place + 4 + Int(bytes[place + 2, UInt16.self])
      guard body.upperBound <= range.upperBound else { return [] }
      if bytes[place, UInt16.self] == 1 {
        return stride(from: body.lowerBound, through: body.upperBound - 8, by: 8).map { bytes[$0, UInt64.self] }
      }
      place = body.upperBound
    }
    return []
  }
}
