/// What an array says of itself before its content.
struct MATLABHeader {
  enum Class: UInt8 {
    case cell = 1
    case structure, object, character, sparse, double, single, int8, uint8, int16, uint16, int32, uint32, int64, uint64
    case function, opaque
  }

  let `class`: Class
  let isComplex: Bool
  let isLogical: Bool
  let extents: [Int]
  /// The number of elements.
  let count: Int
  let name: String
  /// Where the content begins.
  let end: Int

  /// Arrays of more axes are a lie.
  private static let maximumRank = 32

  /// - Throws: `FileFormatError`.
  init(_ bytes: MATLABBytes, in range: Range<Int>) throws {
    let flags = try bytes.element(at: range.lowerBound, end: range.upperBound)
    guard flags.type == .uint32, flags.body.count == 8 else {
      throw bytes.malformed("an array begins with its flags, 8 bytes of type uint32", at: range.lowerBound)
    }
    let word = bytes.word(at: flags.body.lowerBound)
    guard let found = Class(rawValue: UInt8(word & 0xFF)) else {
      throw bytes.malformed("an array is of unknown class \(word & 0xFF)", at: range.lowerBound)
    }
    self.class = found
    isComplex = word & 0x0800 != 0
    isLogical = word & 0x0200 != 0
    guard found != .opaque else {
      // These have no extents; their name comes at once.
      (extents, count, name, end) = ([0, 0], 0, "", range.upperBound)
      return
    }
    let shape = try bytes.element(at: flags.next, end: range.upperBound)
    guard shape.type == .int32, shape.body.count % 4 == 0, (8...4 * Self.maximumRank).contains(shape.body.count) else {
      throw bytes.malformed("an array has 2 to \(Self.maximumRank) extents of type int32", at: flags.next)
    }
    let extents = bytes.words(shape.body).map { Int(Int32(bitPattern: $0)) }
    guard extents.allSatisfy({ $0 >= 0 }), let count = byteCount(of: extents, .uint8) else {
      throw bytes.malformed("an array has the impossible extents \(extents)", at: flags.next)
    }
    let title = try bytes.element(at: shape.next, end: range.upperBound)
    guard title.type == .int8 || title.type == .utf8,
      let name = String(validating: bytes.bytes[title.body], as: UTF8.self)
    else { throw bytes.malformed("an array has a name of type int8", at: shape.next) }
    self.extents = extents
    self.count = count
    self.name = name
    end = title.next
  }
}
