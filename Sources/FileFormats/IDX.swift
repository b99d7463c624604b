public import Tensors

/// The format of MNIST: one array of numbers, most significant byte first, plain or as gzip.
///
/// Two zeros, a code of the type, the number of axes, the extent of each axis in 32 bits, then the numbers in C order
/// (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
public struct IDX: Sendable, Equatable {
  /// The extent of each axis, the slowest first.
  public let extents: [Int]
  /// The numbers as the file holds them.
  public let bytes: [UInt8]
  private let type: ScalarType

  /// Arrays of more axes are a lie.
  private static let maximumRank = 16

  /// Reads a file; whether it is plain or gzip, its content says.
  /// - Parameter limit: how many bytes the numbers may take.
  /// - Throws: `FileFormatError`.
  public init(contentsOf path: String, limit: Int = 1 << 30) throws {
    try self.init(ByteSource(contentsOf: path), limit: limit)
  }

  /// Reads the content of a file; `name` is what errors call it.
  /// - Throws: `FileFormatError`.
  public init(decoding bytes: [UInt8], name: String, limit: Int = 1 << 30) throws {
    try self.init(ByteSource(bytes, name: name), limit: limit)
  }

  /// The numbers where they are unsigned bytes, as pictures and labels of MNIST are; nil for any other type.
  public var octets: [UInt8]? { type == .uint8 ? bytes : nil }

  /// The numbers as 32-bit floats, rounded to nearest.
  public func tensor() -> Tensor {
    Tensor(unsafeUninitialized: Shape(extents)) { target in
      bytes.withUnsafeBytes { type.convert($0, isBigEndian: true, to: target) }
    }
  }

  private init(_ source: ByteSource, limit: Int) throws {
    func malformed(_ reason: String) -> FileFormatError { .malformed(file: source.name, format: .idx, reason: reason) }
    let stream = try ByteStream(source)
    let start = try stream.read(upTo: 4)
    guard start.count == 4 else { throw malformed("it ends within its header") }
    guard start[0] == 0, start[1] == 0, let type = IDX.types[start[2]] else {
      throw malformed("it begins with the bytes \(start), expected 0, 0, a type of 8 to 14 and the number of axes")
    }
    let rank = Int(start[3])
    guard (1...IDX.maximumRank).contains(rank) else {
      throw malformed("it announces \(rank) axes, expected 1 to \(IDX.maximumRank)")
    }
    let axes = try stream.read(upTo: 4 * rank)
    guard axes.count == 4 * rank else { throw malformed("it ends within its header") }
    let extents = (0..<rank).map { axis in axes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) } }
    guard let count = byteCount(of: extents, type) else {
      throw malformed("its shape \(extents) is too large")
    }
    guard count <= limit else { throw FileFormatError.tooLarge(file: source.name, format: .idx, limit: limit) }
    guard count <= stream.maximumCount else {
      throw malformed("its shape \(extents) takes \(count) bytes, which a file of \(source.count) cannot hold")
    }
    let bytes = try stream.read(upTo: count)
    guard bytes.count == count else {
      throw malformed("its shape \(extents) takes \(count) bytes, and \(bytes.count) follow")
    }
    guard try stream.isAtEnd() else { throw malformed("it goes on behind the \(count) bytes of its shape \(extents)") }
    self.extents = extents
    self.type = type
    self.bytes = bytes
  }

  private static let types: [UInt8: ScalarType] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]
}
