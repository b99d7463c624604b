internal import CDNNL

/// A batched product of strided matrices, C[b] = A[b] · B[b].
enum Matmul {
  /// One operand: extents [batches…, rows, columns] and how far apart neighbours of each axis lie, in scalars.
  struct Matrix {
    var extents: [Int]
    var strides: [Int]

    /// Rows and columns exchanged.
    var transposed: Matrix {
      var copy = self
      let last = extents.count - 1
      copy.extents.swapAt(last, last - 1)
      copy.strides.swapAt(last, last - 1)
      return copy
    }

    func description() throws -> MemoryDescription {
      var raw = dnnl_memory_desc_t()
      let (extents, strides) = (extents.map { dnnl_dim_t($0) }, strides.map { dnnl_dim_t($0) })
      try DNNL.check(
        dnnl_memory_desc_init_by_strides(&raw, Int32(extents.count), extents, dnnl_f32, strides), "matrix")
      return MemoryDescription(raw: raw)
    }
  }

  static func primitive(_ a: Matrix, _ b: Matrix, _ c: Matrix, _ layer: String) throws -> Primitive {
    var operation = dnnl_matmul_desc_t()
    var (x, y, z) = (try a.description().raw, try b.description().raw, try c.description().raw)
    try DNNL.check(dnnl_matmul_desc_init(&operation, &x, &y, nil, &z), layer)
    return try Primitive(&operation, layer: layer)
  }
}

extension Lowering {
  /// Emits C = A · B for matrices that begin `offset` scalars into their buffers.
  func emitMatmul(
    _ a: (matrix: Matmul.Matrix, buffer: Int, offset: Int), _ b: (matrix: Matmul.Matrix, buffer: Int, offset: Int),
    into c: (matrix: Matmul.Matrix, buffer: Int, offset: Int), _ layer: String
  ) throws {
    try emit(
      Matmul.primitive(a.matrix, b.matrix, c.matrix, layer),
      [
        (DNNL_ARG_SRC, .memory(memory(a.buffer, try a.matrix.description(), offset: a.offset))),
        (DNNL_ARG_WEIGHTS, .memory(memory(b.buffer, try b.matrix.description(), offset: b.offset))),
        (DNNL_ARG_DST, .memory(memory(c.buffer, try c.matrix.description(), offset: c.offset))),
      ], reads: [a.buffer, b.buffer], writes: [c.buffer])
  }
}
