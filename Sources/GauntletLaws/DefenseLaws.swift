public import GauntletKit
internal import Networks
public import Tensors

/// What every defense owes to whoever runs it.
public enum DefenseLaws {
  /// Checks that the defense makes the same metric twice, and when its training is stopped half way and resumed; and that
  /// the metric keeps the laws of metrics.
  ///
  /// - Parameters:
  ///   - start, data: what it can be made from; small, for it is made three times.
  ///   - images: what the metrics are asked about, [N, C, H, W]; nil for four noisy ones of the data's size.
  public static func violations(
    of defense: any Defense, from start: Start, with data: TrainingData, on images: Tensor? = nil, seed: UInt64 = 1
  ) throws -> [LawViolation] {
    let images = images ?? noise(data.dataset.images)
    let whole = MemorySession(seed: seed)
    let metric = try defense.defend(start, with: data, in: whole)
    var violations = try MetricLaws.violations(of: metric, on: images, selfDistance: nil, step: nil)
    let distances = try answers(of: metric, images)
    if try answers(of: defense.defend(start, with: data, in: MemorySession(seed: seed)), images) != distances {
      violations.append(LawViolation("defense: equal seeds give equal metrics", "distances differ the second time"))
    }
    guard whole.steps >= 2 else { return violations }
    let first = MemorySession(seed: seed, stopsAfter: whole.steps / 2)
    do {
      _ = try defense.defend(start, with: data, in: first)
      violations.append(
        LawViolation("defense: what the session throws ends the training", "it went on after step \(whole.steps / 2)"))
    } catch MemorySession.Stopped.stopped {
      let second = MemorySession(seed: seed, from: first.checkpoint)
      let resumed = try answers(of: defense.defend(start, with: data, in: second), images)
      if resumed != distances {
        violations.append(
          LawViolation(
            "defense: a training that was stopped and resumed gives the same weights",
            "distances differ after a stop at step \(whole.steps / 2) of \(whole.steps)"))
      }
    }
    return violations
  }

  /// A small network to start from, with weights that follow from the seed.
  /// - Throws: `NetworkError` for an unknown architecture.
  public static func backbone(
    _ architecture: String, embedding: Int, images: ImageSpec, geometry: Geometry = .sphere, seed: UInt64 = 1
  ) throws -> Backbone {
    let graph = try Architectures.named(
      architecture, embedding: embedding, normalization: .none,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
    return Backbone(
      architecture: architecture, normalization: .none, geometry: geometry, images: images, embedding: embedding,
      parameters: Parameters(initializing: graph, seed: seed))
  }

  private static func noise(_ spec: ImageSpec) -> Tensor {
    var random = RandomStream(seed: 1, ["laws", "defense"])
    return Tensor(uniform: spec.shape(4), in: 0.1...0.9, using: &random)
  }

  /// The distance of every image to the next one.
  private static func answers(of metric: any Metric, _ images: Tensor) throws -> Tensor {
    try metric.distances(images, images.rows((0..<images.rows).map { ($0 + 1) % images.rows }))
  }
}
