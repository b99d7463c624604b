internal import Tensors

extension Tensor {
  /// The numbers that a file holds from `offset` on. The caller has compared their extent with that of the file.
  init(_ source: ByteSource, at offset: Int, _ shape: Shape, of type: ScalarType, isBigEndian: Bool) throws {
    let piece = 1 << 18
    try self.init(unsafeUninitialized: shape) { target in
      let size = type.byteCount
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(piece, target.count) * size, alignment: 16)
      defer { buffer.deallocate() }
      for start in stride(from: 0, to: target.count, by: piece) {
        let end = min(start + piece, target.count)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<((end - start) * size)])
        try source.read(at: offset + start * size, into: bytes)
        type.convert(
          UnsafeRawBufferPointer(bytes), isBigEndian: isBigEndian,
          to: UnsafeMutableBufferPointer(rebasing: target[start..<end]))
      }
    }
  }

  /// The bytes of the scalars as files hold them: 32-bit floats, little endian.
  func write(to file: AtomicFile.Writer) throws {
    #if _endian(little)
      try withScalars { try file.write(UnsafeRawBufferPointer($0)) }
    #else
      let words = withScalars { $0.map(\.bitPattern.littleEndian) }
      try words.withUnsafeBytes(file.write)
    #endif
  }
}

/// The number of scalars and bytes of an array as a file describes it: nil if they do not fit into an `Int`.
func byteCount(of extents: [Int], _ type: ScalarType) -> Int? {
  // Zeros are left out at first: 0 × 2^40 × 2^40 has no scalar, yet its strides overflow.
  var count = type.byteCount
  for extent in extents where extent != 0 {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    if extent < 0 || overflow { return nil }
    count = product
  }
  return extents.contains(0) ? 0 : count
}
