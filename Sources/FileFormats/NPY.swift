public import Tensors

/// NumPy's format of one array (numpy.lib.format, versions 1.0 to 3.0).
public enum NPY {
  /// Reads an array of floats (16, 32 or 64 bits), integers (8 to 64 bits, signed or not) or booleans, of either byte
  /// order, in C or Fortran order. Values become 32-bit floats, rounded to nearest.
  /// - Throws: `FileFormatError`.
  public static func read(_ path: String) throws -> Tensor { try read(ByteSource(contentsOf: path)) }

  /// Reads the content of a file; `name` is what errors call it.
  /// - Throws: `FileFormatError`.
  public static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    try read(ByteSource(bytes, name: name))
  }

  /// Writes 32-bit floats, little endian, in C order: the bytes that `numpy.save` writes. Atomic.
  /// - Throws: `FileFormatError.unwritable`.
  public static func write(_ tensor: Tensor, to path: String) throws {
    try AtomicFile.write(to: path) { file in
      try NPYHeader.bytes(of: tensor.shape.extents).withUnsafeBytes(file.write)
      try tensor.write(to: file)
    }
  }

  private static func read(_ source: ByteSource) throws -> Tensor {
    let header = try NPYHeader(source)
    let shape = Shape(header.extents)
    // A Fortran array is a C array of the reversed shape, with its axes reversed.
    let stored = header.isFortran ? Shape(header.extents.reversed()) : shape
    let tensor = try Tensor(
      source, at: header.size, stored, of: header.type, isBigEndian: header.isBigEndian)
    return header.isFortran && shape.rank > 1 ? reversed(tensor, to: shape) : tensor.reshaped(shape)
  }

  /// The tensor with its axes in reverse order.
  private static func reversed(_ tensor: Tensor, to shape: Shape) -> Tensor {
    var strides: [Int] = []
    var step = 1
    for extent in shape.extents {
      strides.append(step)
      step *= extent
    }
    return Tensor(unsafeUninitialized: shape) { target in
      tensor.withScalars { source in
        var index = [Int](repeating: 0, count: shape.rank)
        var offset = 0
        for place in target.indices {
          target[place] = source[offset]
          var axis = shape.rank - 1
          while axis >= 0 {
            index[axis] += 1
            offset += strides[axis]
            if index[axis] < shape[axis] { break }
            offset -= strides[axis] * shape[axis]
            index[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}
