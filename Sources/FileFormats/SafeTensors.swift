public import Tensors

/// The safetensors format: named arrays behind a JSON header, nothing that could be executed.
public struct SafeTensors: Sendable {
  public var tensors: [String: Tensor]
  /// The free texts of the header's `__metadata__`.
  public var metadata: [String: String]

  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads F32, F16, BF16, F64, BOOL and integers as 32-bit floats, rounded to nearest. Infinities and NaN are values.
  ///
  /// Every claim of the header is compared with the file before memory is taken for it.
  /// - Throws: `FileFormatError`.
  public init(contentsOf path: String) throws { try self.init(ByteSource(contentsOf: path)) }

  /// Reads the content of a file; `name` is what errors call it.
  /// - Throws: `FileFormatError`.
  public init(decoding bytes: [UInt8], name: String) throws { try self.init(ByteSource(bytes, name: name)) }

  init(_ source: ByteSource) throws {
    let header = try SafeTensorsHeader(source)
    metadata = header.metadata
    tensors = [:]
    tensors.reserveCapacity(header.entries.count)
    for entry in header.entries {
      tensors[entry.name] = try Tensor(
        source, at: header.size + entry.start, Shape(entry.extents), of: entry.type, isBigEndian: false)
    }
  }

  /// Writes all tensors as F32, ordered by the bytes of their names; equal contents give equal bytes. Atomic.
  /// - Throws: `FileFormatError.unwritable`, also for a tensor that is called `__metadata__`.
  public func write(to path: String) throws {
    guard tensors[SafeTensorsHeader.metadataKey] == nil else {
      throw FileFormatError.unwritable(
        file: path, reason: "a tensor is called \(SafeTensorsHeader.metadataKey), which the format keeps for itself")
    }
    let ordered = tensors.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let header = SafeTensorsHeader.bytes(of: ordered.map { ($0.key, $0.value.shape.extents) }, metadata)
    guard header.count - 8 <= SafeTensorsHeader.maximumSize else {
      throw FileFormatError.unwritable(file: path, reason: "its header would take \(header.count - 8) bytes")
    }
    try AtomicFile.write(to: path) { file in
      try header.withUnsafeBytes(file.write)
      for (_, tensor) in ordered { try tensor.write(to: file) }
    }
  }
}
