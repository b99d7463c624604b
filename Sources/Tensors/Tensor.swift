/// Memory of a tensor: 64-byte aligned, so that vector loads never straddle a cache line.
final class TensorStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    self.count = count
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}

/// A dense row-major array of 32-bit floats with value semantics (copy on write).
///
/// Concrete on purpose: a generic scalar that is not specialised across modules costs two orders of magnitude.
public struct Tensor: Sendable {
  public private(set) var shape: Shape
  private var storage: TensorStorage

  /// A tensor whose scalars are not initialised; `body` must write every one of them.
  public init(unsafeUninitialized shape: Shape, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.shape = shape
    storage = TensorStorage(count: shape.count)
    try body(UnsafeMutableBufferPointer(start: storage.base, count: storage.count))
  }

  public init(repeating value: Float, _ shape: Shape) {
    self.init(unsafeUninitialized: shape) { $0.update(repeating: value) }
  }

  public init(zeros shape: Shape) { self.init(repeating: 0, shape) }

  public init(_ scalars: [Float], _ shape: Shape) {
    precondition(scalars.count == shape.count, "\(scalars.count) scalars do not fill shape \(shape)")
    self.init(unsafeUninitialized: shape) { target in _ = target.update(fromContentsOf: scalars) }
  }

  public init(_ rows: [[Float]]) {
    precondition(Set(rows.map(\.count)).count <= 1, "rows differ in length: \(rows.map(\.count))")
    self.init(rows.flatMap { $0 }, [rows.count, rows.first?.count ?? 0])
  }

  public var count: Int { shape.count }
  public var rows: Int { shape[0] }
  public var scalars: [Float] { withScalars { Array($0) } }

  public func withScalars<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
    try withExtendedLifetime(storage) {
      try body(UnsafeBufferPointer(start: storage.base, count: storage.count))
    }
  }

  public mutating func withMutableScalars<R>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
  ) rethrows -> R {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = TensorStorage(count: storage.count)
      copy.base.update(from: storage.base, count: storage.count)
      storage = copy
    }
    return try withExtendedLifetime(storage) {
      try body(UnsafeMutableBufferPointer(start: storage.base, count: storage.count))
    }
  }

  public subscript(offset: Int) -> Float {
    get {
      precondition(offset >= 0 && offset < count, "offset \(offset) is outside of \(shape)")
      return storage.base[offset]
    }
    set {
      precondition(offset >= 0 && offset < count, "offset \(offset) is outside of \(shape)")
      withMutableScalars { $0[offset] = newValue }
    }
  }

  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == count, "\(self.shape) cannot take the shape \(shape)")
    var copy = self
    copy.shape = shape
    return copy
  }
}

extension Tensor: Equatable {
  /// Equal shapes and equal scalars (so a NaN makes a tensor differ from itself).
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape && a.withScalars { x in b.withScalars { y in x.elementsEqual(y) } }
  }
}

// MARK: Rows: indices of the first axis

extension Tensor {
  public func row(_ index: Int) -> Tensor { rows(index..<index + 1).reshaped(Shape(Array(shape.extents.dropFirst()))) }

  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) are outside of \(shape)")
    let size = shape.rowCount
    return Tensor(unsafeUninitialized: shape.withRows(range.count)) { target in
      withScalars { source in
        _ = target.update(fromContentsOf: source[range.lowerBound * size..<range.upperBound * size])
      }
    }
  }

  /// The rows at the given indices, in that order; an index may repeat.
  public func rows(_ indices: [Int]) -> Tensor {
    let size = shape.rowCount
    return Tensor(unsafeUninitialized: shape.withRows(indices.count)) { target in
      withScalars { source in
        for (place, index) in indices.enumerated() {
          precondition(index >= 0 && index < rows, "row \(index) is outside of \(shape)")
          (target.baseAddress! + place * size).update(from: source.baseAddress! + index * size, count: size)
        }
      }
    }
  }

  /// Overwrites the rows at `indices` with the rows of `values`.
  public mutating func setRows(_ indices: [Int], to values: Tensor) {
    let size = shape.rowCount
    precondition(
      values.shape == shape.withRows(indices.count), "rows of \(values.shape) do not fit \(indices.count) of \(shape)")
    let total = rows
    withMutableScalars { target in
      values.withScalars { source in
        for (place, index) in indices.enumerated() {
          precondition(index >= 0 && index < total, "row \(index) is outside of \(total) rows")
          (target.baseAddress! + index * size).update(from: source.baseAddress! + place * size, count: size)
        }
      }
    }
  }

  /// One tensor of all parts, one after another along the first axis.
  public init(concatenating parts: [Tensor]) {
    precondition(!parts.isEmpty, "nothing to concatenate")
    precondition(
      parts.allSatisfy { $0.shape.extents.dropFirst() == parts[0].shape.extents.dropFirst() },
      "rows of different shapes: \(parts.map(\.shape))")
    let shape = parts[0].shape.withRows(parts.reduce(0) { $0 + $1.rows })
    self.init(unsafeUninitialized: shape) { target in
      var offset = 0
      for part in parts {
        part.withScalars { source in
          if source.count > 0 {
            (target.baseAddress! + offset).update(from: source.baseAddress!, count: source.count)
          }
        }
        offset += part.count
      }
    }
  }
}

// MARK: Element-wise

extension Tensor {
  public func map(_ body: (Float) throws -> Float) rethrows -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      try withScalars { source in for i in source.indices { target[i] = try body(source[i]) } }
    }
  }

  /// `body` of the scalars of both, which have the same shape.
  public func zip(_ other: Tensor, _ body: (Float, Float) throws -> Float) rethrows -> Tensor {
    precondition(shape == other.shape, "shapes differ: \(shape) and \(other.shape)")
    return try Tensor(unsafeUninitialized: shape) { target in
      try withScalars { x in try other.withScalars { y in for i in x.indices { target[i] = try body(x[i], y[i]) } } }
    }
  }

  public static func + (a: Tensor, b: Tensor) -> Tensor { a.zip(b, +) }
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.zip(b, -) }
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.zip(b, *) }
  public static func * (a: Tensor, s: Float) -> Tensor { a.map { $0 * s } }
  public static prefix func - (a: Tensor) -> Tensor { a.map { -$0 } }

  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    map { min(max($0, range.lowerBound), range.upperBound) }
  }

  public var isFinite: Bool { withScalars { $0.allSatisfy(\.isFinite) } }
}
