/// The set of images that an adversary may hand in: a ball around each image that it may change, cut with the box [0, 1].
public struct ThreatModel: Hashable, Sendable, Codable, CustomStringConvertible {
  public enum Norm: String, Hashable, Sendable, Codable, CaseIterable {
    case linf, l2, l1
  }

  public let norm: Norm
  /// In [0, 1] pixel units, whatever the norm.
  public let epsilon: Double
  /// As it was written: "8/255".
  public let epsilonText: String
  /// Which images of a sample may change.
  public let moved: MovedImages

  public init(norm: Norm, epsilon: Double, epsilonText: String? = nil, moved: MovedImages = .reference) {
    precondition(epsilon >= 0 && epsilon.isFinite, "ε must be a number of at least 0, got \(epsilon)")
    self.norm = norm
    self.epsilon = epsilon
    self.epsilonText = epsilonText ?? "\(epsilon)"
    self.moved = moved
  }

  /// The same set around each image with another radius.
  public func scaled(by factor: Double) -> ThreatModel {
    ThreatModel(norm: norm, epsilon: factor * epsilon, moved: moved)
  }

  public var description: String {
    "\(norm.rawValue) \(epsilonText)" + (moved == .reference ? "" : " of \(moved.words)")
  }
}
