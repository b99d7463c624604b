/// What an npy file says about its array, checked against the size of the file.
struct NPYHeader {
  let type: ScalarType
  let isBigEndian: Bool
  let isFortran: Bool
  let extents: [Int]
  /// Where the array begins.
  let size: Int

  /// A header of more bytes, or with more axes, is a lie.
  private static let maximumSize = 1 << 20
  private static let maximumRank = 64
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(_ source: ByteSource) throws {
    func malformed(_ reason: String) -> FileFormatError {
      .malformed(file: source.name, format: .npy, reason: reason)
    }
    let start = try source.read(0..<min(12, source.count))
    guard start.starts(with: NPYHeader.magic) else { throw malformed("it does not begin with \\x93NUMPY") }
    guard start.count >= 10 else { throw malformed("it ends within its header") }
    guard (1...3).contains(start[6]) else {
      throw FileFormatError.unsupported(
        file: source.name, format: .npy, reason: "version \(start[6]).\(start[7]); 1.0, 2.0 and 3.0 are known")
    }
    let prefix = start[6] == 1 ? 10 : 12
    guard start.count >= prefix else { throw malformed("it ends within its header") }
    let length = start[8..<prefix].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= NPYHeader.maximumSize else { throw malformed("it announces a header of \(length) bytes") }
    guard length <= source.count - prefix else {
      throw malformed("it announces a header of \(length) bytes and has \(source.count - prefix)")
    }
    size = prefix + length

    var literal = NPYLiteral(try source.read(prefix..<size))
    let fields: NPYLiteral.Fields
    do {
      fields = try literal.fields(maximumRank: NPYHeader.maximumRank)
    } catch let problem as NPYLiteral.Problem {
      throw malformed("its header \(problem.text)")
    }
    guard let (type, isBigEndian) = NPYHeader.scalarType(fields.description) else {
      throw FileFormatError.unsupported(
        file: source.name, format: .npy,
        reason: "its scalars are of type \(fields.description); floats of 2, 4 or 8 bytes, integers and booleans are")
    }
    (self.type, self.isBigEndian) = (type, isBigEndian)
    isFortran = fields.isFortran
    extents = fields.extents

    guard let bytes = byteCount(of: extents, type) else { throw malformed("its shape \(extents) is too large") }
    guard bytes == source.count - size else {
      throw malformed(
        "its shape \(extents) of \(fields.description) takes \(bytes) bytes, and \(source.count - size) follow")
    }
  }

  /// The type that a description such as `<f4` names, and whether its bytes come most significant first.
  private static func scalarType(_ description: String) -> (ScalarType, isBigEndian: Bool)? {
    guard let order = description.first, "<>=|".contains(order) else { return nil }
    return ScalarType(numpy: description.dropFirst()).map { ($0, order == ">") }
  }

  /// The header of an array of 32-bit floats in C order, padded to a multiple of 64 bytes.
  static func bytes(of extents: [Int]) -> [UInt8] {
    let tuple = extents.map(String.init).joined(separator: ", ") + (extents.count == 1 ? "," : "")
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(tuple)), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let length = text.utf8.count
    precondition(length <= 0xFFFF, "an array of \(extents.count) axes does not fit into an npy header")
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }
}
