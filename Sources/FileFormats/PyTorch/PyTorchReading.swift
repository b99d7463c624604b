internal import Tensors

/// Reads tensors of one file, within a budget. Deflated storages are inflated once.
struct PyTorchReading {
  private var budget: MemoryBudget
  private var inflated: [Int: ByteSource] = [:]

  /// Views may repeat numbers without end, so what is read is in proportion to the file.
  private static let maximumRatio = 64
  private static let allowance = 1 << 20

  init(_ source: ByteSource, limit: Int) {
    budget = MemoryBudget(limit: Self.allowed(source, limit: limit), file: source.name, format: .pytorch)
  }

  /// How many bytes may come of a source, and no more than a limit.
  static func allowed(_ source: ByteSource, limit: Int) -> Int {
    let (product, overflow) = source.count.multipliedReportingOverflow(by: maximumRatio)
    return overflow || product > Int.max - allowance ? limit : min(limit, product + allowance)
  }

  /// Spends what the name of a tensor takes: short collections can make many long ones.
  /// - Throws: `FileFormatError.tooLarge`.
  mutating func name(_ path: [String]) throws -> String {
    try budget.spend(path.reduce(0) { $0 + $1.utf8.count + 1 }, of: 1)
    return path.joined(separator: ".")
  }

  /// The numbers of a tensor as 32-bit floats in the order of its axes.
  /// - Throws: `FileFormatError`.
  mutating func tensor(_ tensor: PyTorchTensor) throws -> Tensor {
    let view = tensor.view
    let size = MemoryLayout<Float>.stride
    try budget.spend(view.count, of: size)
    guard view.count > 0 else { return Tensor(zeros: Shape(view.extents)) }
    let (source, base) = try open(tensor.storage)
    let offset = base + view.offset * view.type.byteCount
    if view.isContiguous {
      return try Tensor(
        source, at: offset, Shape(view.extents), of: view.type, isBigEndian: tensor.storage.isBigEndian)
    }
    try budget.spend(view.span, of: size)
    let spanned = try Tensor(
      source, at: offset, [view.span], of: view.type, isBigEndian: tensor.storage.isBigEndian)
    return gathered(spanned, view)
  }

  private mutating func open(_ storage: PyTorchStorage) throws -> (source: ByteSource, offset: Int) {
    guard case .deflated(let range) = storage.content else { return try storage.opened() }
    if let source = inflated[range.lowerBound] { return (source, 0) }
    try budget.spend(storage.byteCount, of: 1)
    let opened = try storage.opened()
    inflated[range.lowerBound] = opened.source
    return opened
  }

  private func gathered(_ spanned: Tensor, _ view: PyTorchView) -> Tensor {
    Tensor(unsafeUninitialized: Shape(view.extents)) { target in
      spanned.withScalars { source in
        var index = [Int](repeating: 0, count: view.extents.count)
        var offset = 0
        for place in target.indices {
          target[place] = source[offset]
          var axis = view.extents.count - 1
          while axis >= 0 {
            index[axis] += 1
            if index[axis] < view.extents[axis] {
              offset += view.strides[axis]
              break
            }
            offset -= view.strides[axis] * (view.extents[axis] - 1)
            index[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}
