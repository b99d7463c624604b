/// Which numbers of a storage are a tensor.
struct PyTorchView: Sendable {
  let type: ScalarType
  let extents: [Int]
  /// By how many numbers one step along each axis moves.
  let strides: [Int]
  /// Where the first number lies, counted in numbers.
  let offset: Int
  let count: Int
  /// How many numbers lie between the first and the last, both counted.
  let span: Int

  private static let maximumRank = 64

  /// - Parameter available: how many numbers the storage has.
  /// - Throws: `PyTorchProblem` where it does not hold such a tensor.
  init(
    _ type: ScalarType, extents: [Int], strides: [Int], offset: Int, within available: Int
  ) throws(PyTorchProblem) {
    guard extents.count == strides.count else {
      throw PyTorchProblem("a tensor has \(extents.count) extents and \(strides.count) strides")
    }
    guard extents.count <= Self.maximumRank else {
      throw PyTorchProblem("a tensor has \(extents.count) axes, expected \(Self.maximumRank) at most")
    }
    guard extents.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }), offset >= 0 else {
      throw PyTorchProblem("a tensor has the extents \(extents), the strides \(strides) and the offset \(offset)")
    }
    guard let bytes = byteCount(of: extents, type) else {
      throw PyTorchProblem("a tensor has the extents \(extents), which no file can have")
    }
    count = bytes / type.byteCount
    var last = offset
    var overflows = false
    for (extent, step) in zip(extents, strides) where count > 0 {
      let (distance, isTooFar) = (extent - 1).multipliedReportingOverflow(by: step)
      let (sum, isBeyond) = last.addingReportingOverflow(distance)
      last = sum
      overflows = overflows || isTooFar || isBeyond
    }
    guard !overflows, count == 0 ? offset <= available : last < available else {
      throw PyTorchProblem(
        "a tensor of extents \(extents), strides \(strides) and offset \(offset) reaches beyond its storage of "
          + "\(available) numbers")
    }
    span = count == 0 ? 0 : last - offset + 1
    (self.type, self.extents, self.strides, self.offset) = (type, extents, strides, offset)
  }

  /// Whether its numbers lie side by side in the order of its axes.
  var isContiguous: Bool {
    var step = 1
    for (extent, stride) in zip(extents, strides).reversed() where extent != 1 && count > 0 {
      guard stride == step else { return false }
      step *= extent
    }
    return true
  }
}

/// What is wrong, as a sentence without its place.
struct PyTorchProblem: Error {
  let text: String

  init(_ text: String) { self.text = text }
}
