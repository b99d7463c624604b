internal import Gradients
public import Tensors

/// Projected gradient descent (Madry et al., "Towards deep learning models resistant to adversarial attacks", ICLR 2018).
///
/// x ← Π(x − α·direction(∂loss/∂x)), Π the projection onto the threat model. Directions: ℓ∞: sign(g), with sign(0) = 0;
/// ℓ2: g/‖g‖₂; ℓ1: sign(g)/k on the k = ⌈n/100⌉ pixels with the largest |g| that [0, 1] lets move, 0 elsewhere (Tramèr
/// and Boneh, "Adversarial training and robustness for multiple perturbations", NeurIPS 2019). A gradient that is zero,
/// or not finite anywhere, leaves its image in place. A single step has the size ε, whatever α is: that is FGSM.
///
/// An image that a step leaves in place would be left there by every later one, since its loss depends on itself alone: it
/// takes no more passes. Attacks that have succeeded, such as a candidate that is behind everything, end early by that.
public struct ProjectedGradientDescent: Search {
  /// Which of the images on the way is proposed.
  public enum Keep: String, Hashable, Sendable, Codable, CaseIterable {
    /// The last one; of several restarts, that of the lowest loss.
    case last
    /// The one of the lowest loss, the start included; the earlier one of equals.
    case best
  }

  public let steps: Int
  /// α, in [0, 1] pixel units of the threat model's norm.
  public let stepSize: Double
  public let randomStart: Bool
  /// How often it starts; from the second time on at random, even without `randomStart`.
  public let restarts: Int
  public let keep: Keep
  /// Whether a sample takes no more passes after its first broken image, which is proposed; needs an objective that decides.
  public let stopsWhenBroken: Bool
  /// Draws that a gradient is averaged over, where the objective is random.
  public let draws: Int

  public init(
    steps: Int, stepSize: Double, randomStart: Bool = false, restarts: Int = 1, keep: Keep = .last,
    stopsWhenBroken: Bool = false, draws: Int = 1
  ) {
    precondition(steps >= 0 && restarts >= 1, "at least 0 steps and 1 restart expected, got \(steps) and \(restarts)")
    self.steps = steps
    self.stepSize = stepSize
    self.randomStart = randomStart
    self.restarts = restarts
    self.keep = keep
    self.stopsWhenBroken = stopsWhenBroken
    self.draws = max(draws, 1)
  }

  /// Passes that one sample takes.
  public var expectedCost: Cost {
    let last = keep == .best || restarts > 1 ? 1 : 0
    return Cost(forwards: restarts * (steps + last), backwards: restarts * steps)
  }

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    precondition(images.rows == samples.count, "\(images.rows) images for \(samples.count) samples")
    var best = Best(images)
    var isDone = [Bool](repeating: false, count: samples.count)
    for restart in 0..<restarts {
      let open = samples.indices.filter { !isDone[$0] }
      guard !open.isEmpty else { break }
      var current = images
      if randomStart || restart > 0 {
        current = threat.randomStart(around: images) {
          seeds.stream("start", sample: samples[$0], restart: restart)
        }
      }
      var moving = open
      for step in 0..<steps where !moving.isEmpty {
        let isWhole = moving.count == samples.count
        let (part, clean) = isWhole ? (current, images) : (current.rows(moving), images.rows(moving))
        let visit = try objective.visit(
          part, samples: moving.map { samples[$0] }, gradient: true, draws: drawn(restart, step))
        guard let gradient = visit.gradient else { break }
        if keep == .best { best.offer(part, visit.losses, at: moving) }
        if stopsWhenBroken {
          for (place, row) in moving.enumerated() where visit.isBroken[place] {
            isDone[row] = true
            best.settle(row, part.rows([place]))
          }
        }
        let next = threat.projected(stepped(part, against: gradient, within: threat), around: clean)
        if isWhole { current = next } else { current.setRows(moving, to: next) }
        moving = zip(moving, next.rowsThatDiffer(from: part)).filter { $0.1 && !isDone[$0.0] }.map(\.0)
      }
      if keep == .last && restarts == 1 {
        for row in isDone.indices where isDone[row] { current.setRows([row], to: best.images.rows([row])) }
        return current
      }
      let rows = open.filter { !isDone[$0] }
      guard !rows.isEmpty else { break }
      let last = current.rows(rows)
      let visit = try objective.visit(
        last, samples: rows.map { samples[$0] }, gradient: false, draws: drawn(restart, steps))
      best.offer(last, visit.losses, at: rows)
      if stopsWhenBroken {
        for (place, row) in rows.enumerated() where visit.isBroken[place] {
          isDone[row] = true
          best.settle(row, last.rows([place]))
        }
      }
    }
    return best.images
  }

  /// The draws of one step.
  private func drawn(_ restart: Int, _ step: Int) -> Range<Int> {
    let first = (restart * (steps + 1) + step) * draws
    return first..<first + draws
  }

  private func stepped(_ images: Tensor, against gradient: Tensor, within threat: ThreatModel) -> Tensor {
    let length = steps == 1 ? threat.epsilon : stepSize
    return images.stepped(
      against: gradient, lengths: [Double](repeating: length, count: images.rows), within: threat)
  }
}

/// The images of the lowest loss so far; images whose loss is not a number are never it.
private struct Best {
  var images: Tensor
  private var losses: [Float]

  init(_ images: Tensor) {
    self.images = images
    losses = [Float](repeating: .infinity, count: images.rows)
  }

  /// - Parameter places: the images that the candidates stand for.
  mutating func offer(_ candidates: Tensor, _ values: [Float], at places: [Int]) {
    let better = places.indices.filter { values[$0] < losses[places[$0]] }
    guard !better.isEmpty else { return }
    images.setRows(better.map { places[$0] }, to: candidates.rows(better))
    for row in better { losses[places[row]] = values[row] }
  }

  /// The image that ends the search for one.
  mutating func settle(_ row: Int, _ image: Tensor) { images.setRows([row], to: image) }
}
