public import Gradients
public import Tensors

/// Which images of a sample an adversary may change, each in a ball of its own.
///
/// Images that move together stand in one row, one behind the other along the channels, in the order reference, nearer,
/// farther: [N, k·C, H, W]. Nearer and farther are told by the votes where there are votes, else by the metric.
public enum MovedImages: String, Hashable, Sendable, Codable, CaseIterable {
  /// The image that a question is about: the reference of a triplet, or a query.
  case reference
  /// One candidate.
  case nearer, farther
  /// Both candidates.
  case candidates
  /// The reference and both candidates.
  case all

  /// k
  public var count: Int {
    switch self {
    case .reference, .nearer, .farther: 1
    case .candidates: 2
    case .all: 3
    }
  }

  public var includesReference: Bool { self == .reference || self == .all }
  public var includesNearer: Bool { self == .nearer || self == .candidates || self == .all }
  public var includesFarther: Bool { self == .farther || self == .candidates || self == .all }

  /// As the subject of a sentence: "both candidates".
  public var words: String {
    switch self {
    case .reference: "the reference"
    case .nearer: "the nearer candidate"
    case .farther: "the farther candidate"
    case .candidates: "both candidates"
    case .all: "all three images"
    }
  }

  /// The images of all rows as rows of their own: [N, k·C, H, W] → [N·k, C, H, W].
  public func apart(_ rows: Tensor) -> Tensor { count == 1 ? rows : rows.reshaped(apart(rows.shape)) }

  /// The same, differentiable.
  public func apart(_ rows: Variable) -> Variable { count == 1 ? rows : rows.reshaped(apart(rows.shape)) }

  /// Rows of several images with an axis for them: [N, k·C, H, W] → [N, k, C, H, W]; [N, C, H, W] as it is.
  public func stacked(_ rows: Tensor) -> Tensor {
    guard count > 1 else { return rows }
    return rows.reshaped(Shape([rows.rows, count] + apart(rows.shape).extents[1...]))
  }

  private func apart(_ shape: Shape) -> Shape {
    precondition(
      shape.rank >= 2 && shape[1] % count == 0, "rows of \(shape) do not hold \(count) images each")
    return Shape([shape[0] * count, shape[1] / count] + shape.extents[2...])
  }
}
