public import GauntletKit
internal import Gradients
public import Tensors

/// What every metric owes to whoever uses it.
public enum MetricLaws {
  /// Checks a metric on some images of its size.
  ///
  /// The gradient is compared with central differences along a random direction and along the gradient itself.
  /// - Parameters:
  ///   - images: at least 2 images in [0, 1], all different: [N, C, H, W].
  ///   - selfDistance: the largest distance of an image to itself that is allowed; nil for a metric that is none.
  ///   - step: how far apart the differences are taken, as an ℓ2 norm; nil leaves the gradient unchecked.
  ///   - tolerance: what a directional derivative may be off by, relative to the gradient's norm.
  public static func violations(
    of metric: any Metric, on images: Tensor, selfDistance: Float? = 0, step: Float? = 1e-2, tolerance: Float = 2e-2
  ) throws -> [LawViolation] {
    precondition(images.rows >= 2, "at least 2 images expected, got \(images.shape)")
    let count = images.rows
    let order = Array((0..<count).map { ($0 + 1) % count })
    let features = try metric.features(of: images.rows(order))
    guard features.count == count else {
      return [LawViolation("metric: one row of features an image", "\(features.count) rows for \(count) images")]
    }
    var violations: [LawViolation] = []
    let leaf = Variable(leaf: images)
    let distances = try metric.distances(from: leaf, to: features)
    guard distances.shape == [count] else {
      return [LawViolation("metric: one distance an image", "shape \(distances.shape) for \(count) images")]
    }
    if !distances.value.isFinite {
      violations.append(LawViolation("metric: distances of different images are finite", "\(distances.value.scalars)"))
    }
    if let selfDistance {
      let own = try metric.distances(from: Variable(constant: images), to: metric.features(of: images)).value
      for (row, value) in own.scalars.enumerated() where !(abs(value) <= selfDistance) {
        violations.append(LawViolation("metric: an image is at distance 0 from itself", "image \(row) is at \(value)"))
      }
    }
    let gradient = try distances.gradient(of: leaf)
    let untaped = try metric.distances(from: Variable(constant: images), to: features).value
    if untaped != distances.value {
      violations.append(
        LawViolation("metric: distances with and without a gradient are the same", "\(untaped) and \(distances.value)"))
    }
    for row in 0..<count {
      let single = Variable(leaf: images.rows([row]))
      let distance = try metric.distances(from: single, to: features.rows([row]))
      if distance.value[0] != distances.value[row] {
        violations.append(
          LawViolation(
            "metric: a sample's distance depends on its own images alone",
            "image \(row) is at \(distance.value[0]) alone and at \(distances.value[row]) in a batch"))
      }
      if try distance.gradient(of: single).row(0) != gradient.row(row) {
        violations.append(
          LawViolation("metric: a sample's gradient depends on its own images alone", "image \(row) differs"))
      }
      guard let step else { continue }
      for (name, direction) in directions(gradient.row(row), row) {
        let difference = try directional(metric, images.rows([row]), features.rows([row]), direction, step)
        let (expected, norm) = (dot(gradient.row(row), direction), norm(gradient.row(row)))
        if !(abs(difference - expected) <= tolerance * max(norm, 1e-3)) {
          violations.append(
            LawViolation(
              "metric: the gradient is the derivative",
              "image \(row) along \(name): \(expected), by differences \(difference), gradient norm \(norm)"))
        }
      }
    }
    return violations
  }

  /// Unit directions: the gradient's own, and a random one.
  private static func directions(_ gradient: Tensor, _ row: Int) -> [(String, Tensor)] {
    var random = RandomStream(seed: 0, ["laws", "direction"], [row])
    let draw = Tensor(normal: gradient.shape, using: &random)
    var directions = [("a random direction", draw * (1 / max(norm(draw), 1e-12)))]
    if norm(gradient) > 0 { directions.append(("the gradient", gradient * (1 / norm(gradient)))) }
    return directions
  }

  private static func directional(
    _ metric: any Metric, _ image: Tensor, _ features: Features, _ direction: Tensor, _ step: Float
  ) throws -> Float {
    let offset = (direction * (step / 2)).reshaped(image.shape)
    let forward = try metric.distances(from: Variable(constant: image + offset), to: features).value[0]
    let backward = try metric.distances(from: Variable(constant: image - offset), to: features).value[0]
    return (forward - backward) / step
  }

  private static func dot(_ a: Tensor, _ b: Tensor) -> Float {
    Float(zip(a.scalars, b.scalars).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
  }

  private static func norm(_ a: Tensor) -> Float { dot(a, a).squareRoot() }
}
