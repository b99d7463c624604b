internal import Gradients
public import Tensors

/// APGD: projected descent with momentum that halves its own step (Croce and Hein, "Reliable evaluation of adversarial
/// robustness with an ensemble of diverse parameter-free attacks", ICML 2020), for any objective and norm.
///
/// z = Π(x − η·direction(g)); x ← Π(x + a(z − x) + (1 − a)(x − x⁻)), a = 1 in the first step and 0.75 later, η = 2ε at
/// first. At a checkpoint η is halved, and the search returns to the point of the lowest loss, where the loss fell in at
/// most ρ = 0.75 of the window's steps, or where η was not halved last time and the lowest loss has not changed since.
/// The first window's comparisons include the start, which the published code leaves out. Π is the exact projection.
/// A run takes `steps` gradients: that of its last point is not taken.
public struct AutoPGD: Search {
  /// Which of the images on the way is proposed.
  public enum Selection: String, Hashable, Sendable, CaseIterable {
    /// That of the lowest loss.
    case loss
    /// The worst for the defender by the objective's measures, the first one first; of equals that of the lowest loss.
    /// Costs one more forward pass an image.
    case outcome
  }

  /// Gradients of one run.
  public let steps: Int
  public let restarts: Int
  /// Whether the first run starts at a random point; the others do.
  public let randomStart: Bool
  public let selection: Selection
  /// No window is shorter: below 50 steps the published windows shrink to single steps.
  public let minimumWindow: Int

  public init(
    steps: Int, restarts: Int = 1, randomStart: Bool = true, selection: Selection = .loss, minimumWindow: Int = 1
  ) {
    precondition(
      steps >= 0 && restarts >= 1 && minimumWindow >= 1,
      "at least 0 steps, 1 restart and a window of 1 expected, got \(steps), \(restarts) and \(minimumWindow)")
    self.steps = steps
    self.restarts = restarts
    self.randomStart = randomStart
    self.selection = selection
    self.minimumWindow = minimumWindow
  }

  /// Passes that one sample takes.
  public var expectedCost: Cost {
    Cost(
      forwards: restarts * (steps + 1) * (selection == .outcome ? 2 : 1), backwards: restarts * steps)
  }

  /// After which steps, counted from 1, the step size is looked at.
  public static func checkpoints(steps: Int, minimumWindow: Int = 1) -> [Int] {
    var window = max(steps * 22 / 100, minimumWindow)
    var place = window
    var places: [Int] = []
    while place <= steps {
      places.append(place)
      window = max(window - max(steps * 3 / 100, 1), max(steps * 6 / 100, minimumWindow))
      place += window
    }
    return places
  }

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    precondition(images.rows == samples.count, "\(images.rows) images for \(samples.count) samples")
    var kept = KeptImages(images, measures: objective.measures)
    for restart in 0..<restarts {
      var start = images
      if randomStart || restart > 0 {
        start = threat.randomStart(around: images) { seeds.stream("start", sample: samples[$0], restart: restart) }
      }
      try descend(objective, from: start, around: images, samples: samples, within: threat, into: &kept)
    }
    return kept.images
  }

  private func descend(
    _ objective: any Objective, from start: Tensor, around clean: Tensor, samples: [Int], within threat: ThreatModel,
    into kept: inout KeptImages
  ) throws {
    /// Loss and, unless this is the last point, gradient; every point is a proposal.
    func visit(_ x: Tensor, gradient wanted: Bool) throws -> (losses: [Float], gradient: Tensor) {
      let leaf = wanted ? Variable(leaf: x) : Variable(constant: x)
      let loss = try objective.loss(at: leaf, samples: samples)
      let gradient = wanted ? try loss.gradient(of: leaf) : x
      kept.offer(
        x, losses: loss.value.scalars,
        outcomes: selection == .outcome ? try objective.outcomes(at: x, samples: samples) : nil)
      return (loss.value.scalars, gradient)
    }
    let rows = clean.rows
    var x = start
    var previous = start
    var (losses, gradient) = try visit(x, gradient: steps > 0)
    var best = (images: x, losses: losses, gradient: gradient)
    var bestAtCheckpoint = losses
    var sizes = [Double](repeating: 2 * threat.epsilon, count: rows)
    var falls = [Int](repeating: 0, count: rows)
    var wasHalved = [Bool](repeating: true, count: rows)
    var checkpoints = Self.checkpoints(steps: steps, minimumWindow: minimumWindow)[...]
    var lastCheckpoint = 0
    for step in 0..<steps {
      let target = threat.projected(x.stepped(against: gradient, lengths: sizes, norm: threat.norm), around: clean)
      let next = threat.projected(
        Self.blend(x, target, previous, weight: step == 0 ? 1 : 0.75), around: clean)
      previous = x
      x = next
      let before = losses
      (losses, gradient) = try visit(x, gradient: step < steps - 1)
      var improved: [Int] = []
      for row in 0..<rows {
        if losses[row] < before[row] { falls[row] += 1 }
        if losses[row] < best.losses[row] || best.losses[row].isNaN {
          improved.append(row)
          best.losses[row] = losses[row]
        }
      }
      if !improved.isEmpty {
        best.images.setRows(improved, to: x.rows(improved))
        best.gradient.setRows(improved, to: gradient.rows(improved))
      }
      guard checkpoints.first == step + 1 else { continue }
      checkpoints.removeFirst()
      let window = step + 1 - lastCheckpoint
      lastCheckpoint = step + 1
      var halved: [Int] = []
      for row in 0..<rows {
        let stalls = !wasHalved[row] && bestAtCheckpoint[row] == best.losses[row]
        wasHalved[row] = Double(falls[row]) <= 0.75 * Double(window) || stalls
        if wasHalved[row] {
          sizes[row] /= 2
          halved.append(row)
          losses[row] = best.losses[row]
        }
        falls[row] = 0
        bestAtCheckpoint[row] = best.losses[row]
      }
      if !halved.isEmpty {
        x.setRows(halved, to: best.images.rows(halved))
        gradient.setRows(halved, to: best.gradient.rows(halved))
      }
    }
  }

  /// x + a(z − x) + (1 − a)(x − x⁻), pixel by pixel.
  private static func blend(_ x: Tensor, _ target: Tensor, _ previous: Tensor, weight: Float) -> Tensor {
    guard weight != 1 else { return target }
    var result = x
    result.withMutableScalars { r in
      target.withScalars { z in
        previous.withScalars { p in
          for i in r.indices { r[i] += weight * (z[i] - r[i]) + (1 - weight) * (r[i] - p[i]) }
        }
      }
    }
    return result
  }
}
