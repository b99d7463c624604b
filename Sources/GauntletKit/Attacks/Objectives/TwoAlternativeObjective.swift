public import Gradients
public import Tensors

/// The margin of a two-alternative question: the perturbed reference is to be nearer to the wrong candidate, or the
/// candidates that are perturbed change places.
///
/// margin = d(x̃, farther) − d(x̃, closer), farther and closer by the votes (those for the second above one half make the
/// second the closer one; at one half exactly there is no truth, and the first stands in for it), of the images that the
/// task says are perturbed. loss = margin. As a decision it has two classes, the first and the second candidate, with the
/// scores −d. Outcomes:
/// "correct", the percentage of votes that agree with the metric: 100·v where the second is strictly nearer, 100·(1 − v)
/// where the first is, 50 where both are equally near; and "margin", positive where the metric answers as most people do.
/// An outcome is NaN where a distance is not finite, which counts as the worst for the defender. (Credit by votes: Zhang
/// et al., "The unreasonable effectiveness of deep features as a perceptual metric", CVPR 2018, section 3.)
public struct TwoAlternativeObjective: DecisionObjective {
  let task: TwoAlternativeTask
  let closer: Features
  let farther: Features
  /// Whether the second candidate is the closer one.
  private let isSecondNearer: [Bool]
  private let clean = CleanFeatures()
  public static let measures = [
    Measure(
      "correct", adversaryWants: .lower,
      definition: "100 × the share of votes for the candidate that the metric puts nearer; 50 where both are equally "
        + "near"),
    Measure(
      "margin", adversaryWants: .lower, definition: "d(x̃, farther) − d(x̃, closer), farther and closer by the votes"),
  ]

  public init(task: TwoAlternativeTask) {
    self.task = task
    let count = task.ids.count
    let both = Features(Tensor(concatenating: [task.first.values, task.second.values]))
    let second = task.triplets.isSecondNearer
    isSecondNearer = second
    closer = both.rows(second.indices.map { second[$0] ? $0 + count : $0 })
    farther = both.rows(second.indices.map { second[$0] ? $0 : $0 + count })
  }

  public var measures: [Measure] { Self.measures }

  public func targets(of sample: Int) -> [Int] { [] }

  public var classCount: Int { 2 }

  /// The closer candidate by the votes: 0 the first, 1 the second.
  public func label(of sample: Int) -> Int { isSecondNearer[sample] ? 1 : 0 }

  /// (−d(x̃, first), −d(x̃, second)): [n, 2].
  public func scores(at images: Variable, samples: [Int]) throws -> Variable {
    let (near, far) = try distances(images, samples)
    return Variable(alternatives: -near, -far, isSwapped: samples.map { isSecondNearer[$0] })
  }

  /// d(x̃, x), by the metric itself; of several perturbed images the sum.
  public func shift(at images: Variable, samples: [Int]) throws -> Variable {
    let count = task.moved.count
    let rows = samples.flatMap { sample in (0..<count).map { sample * count + $0 } }
    let shifts = try task.metric.distances(
      from: task.moved.apart(images), to: try clean.features(of: task).rows(rows))
    return count == 1 ? shifts : shifts.reshaped([samples.count, count]).rowSums()
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let (near, far) = try distances(Variable(constant: images), samples)
    return samples.enumerated().map { place, sample in
      let (closer, farther) = (near.value[place], far.value[place])
      guard closer.isFinite && farther.isFinite else { return Outcome([.nan, .nan]) }
      let isSecond = isSecondNearer[sample]
      let credit = twoAlternativeCredit(
        votes: Double(task.triplets.votes[sample]), first: isSecond ? farther : closer,
        second: isSecond ? closer : farther)
      return Outcome([100 * credit, Double(farther) - Double(closer)])
    }
  }

  /// To the closer candidates and to the farther ones; a metric that embeds is asked once.
  private func distances(_ images: Variable, _ samples: [Int]) throws -> (closer: Variable, farther: Variable) {
    guard task.moved == .reference else { return try distances(ofMoved: images, samples) }
    let (near, far) = (closer.rows(samples), farther.rows(samples))
    guard let metric = task.metric as? any EmbeddingMetric else {
      return (
        try task.metric.distances(from: images, to: near), try task.metric.distances(from: images, to: far)
      )
    }
    let placed = metric.geometry.placed(try metric.embed(images))
    return (
      metric.geometry.distances(placed, Variable(constant: near.values)),
      metric.geometry.distances(placed, Variable(constant: far.values))
    )
  }

  /// The same where candidates move: [n, k·C, H, W].
  private func distances(
    ofMoved rows: Variable, _ samples: [Int]
  ) throws -> (closer: Variable, farther: Variable) {
    let moved = task.moved
    let places = MovedPlaces(moved, count: samples.count)
    let images = moved.apart(rows)
    guard let metric = task.metric as? any EmbeddingMetric else {
      func distance(_ candidate: [Int]?, _ fixed: Features) throws -> Variable {
        switch (places.reference, candidate) {
        case (let reference?, let candidate?):
          try task.metric.distances(from: images.rows(reference), to: images.rows(candidate))
        case (let reference?, nil): try task.metric.distances(from: images.rows(reference), to: fixed)
        case (nil, let candidate?):
          // The distance is symmetric: the candidate is perturbed, and the reference stays.
          try task.metric.distances(
            from: images.rows(candidate), to: try clean.references(of: task).rows(samples))
        case (nil, nil):
          Variable(
            constant: try task.metric.distances(
              from: Variable(constant: task.triplets.references.rows(samples)), to: fixed
            ).value)
        }
      }
      return (try distance(places.nearer, closer.rows(samples)), try distance(places.farther, farther.rows(samples)))
    }
    let placed = metric.geometry.placed(try metric.embed(images))
    func embedding(_ places: [Int]?, _ fixed: @autoclosure () throws -> Tensor) rethrows -> Variable {
      try places.map { placed.rows($0) } ?? Variable(constant: fixed())
    }
    let reference = try embedding(places.reference, try clean.references(of: task).rows(samples).values)
    return (
      metric.geometry.distances(reference, embedding(places.nearer, closer.rows(samples).values)),
      metric.geometry.distances(reference, embedding(places.farther, farther.rows(samples).values))
    )
  }
}

/// Where the images of each kind stand among [n·k, C, H, W]; nil for those that stay.
private struct MovedPlaces {
  var reference: [Int]?
  var nearer: [Int]?
  var farther: [Int]?

  init(_ moved: MovedImages, count: Int) {
    var next = 0
    func places() -> [Int] {
      defer { next += 1 }
      return (0..<count).map { $0 * moved.count + next }
    }
    if moved.includesReference { reference = places() }
    if moved.includesNearer { nearer = places() }
    if moved.includesFarther { farther = places() }
  }
}

/// Features of clean images, computed when they are first asked for: few searches need them.
private final class CleanFeatures {
  private var known: Features?
  private var knownReferences: Features?

  /// Of the images that are perturbed, each in a row of its own.
  func features(of task: TwoAlternativeTask) throws -> Features {
    if let known { return known }
    let features = try task.metric.features(of: task.moved.apart(task.movedImages))
    known = features
    return features
  }

  func references(of task: TwoAlternativeTask) throws -> Features {
    if let knownReferences { return knownReferences }
    let features = try task.metric.features(of: task.triplets.references)
    knownReferences = features
    return features
  }
}

extension Variable {
  /// Two values a row as its columns, in this order or swapped: [n], [n] → [n, 2].
  fileprivate init(alternatives a: Variable, _ b: Variable, isSwapped: [Bool]) {
    var columns = Tensor(zeros: [isSwapped.count, 2])
    for (row, swaps) in isSwapped.enumerated() {
      columns[2 * row] = swaps ? b.value[row] : a.value[row]
      columns[2 * row + 1] = swaps ? a.value[row] : b.value[row]
    }
    self.init(columns, from: [a, b]) { g in
      let rows = isSwapped.indices
      return [
        Tensor(rows.map { g[2 * $0 + (isSwapped[$0] ? 1 : 0)] }, [rows.count]),
        Tensor(rows.map { g[2 * $0 + (isSwapped[$0] ? 0 : 1)] }, [rows.count]),
      ]
    }
  }
}
