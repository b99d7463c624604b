internal import Glibc
internal import Gradients
public import Tensors

/// C&W ℓ2: the nearest broken image by Adam on a change of variables (Carlini and Wagner, "Towards evaluating the
/// robustness of neural networks", S&P 2017, section VI.A).
///
/// x = (tanh w + 1)/2; lowers ‖x − x₀‖² + c·max(m + κ, 0) in w, m the margin and κ = 0, by Adam with the rate 0.01. Nine
/// searches over c by halving, from 0.001: up tenfold until an image breaks, then in between. A sample leaves one of them
/// where its loss has not fallen by a ten-thousandth in a tenth of the steps. It needs no ε: the nearest broken image is
/// proposed, projected onto the threat model where it is outside; its distance is measured in ℓ2 whatever the threat
/// model's norm.
public struct CarliniWagner: Search {
  /// Steps of each search over c.
  public let steps: Int
  /// Searches over c.
  public let searches: Int
  public let rate: Double
  public let initialWeight: Double
  public let stopsWhenBroken: Bool

  /// - Parameter stopsWhenBroken: whether a sample ends at its first broken image inside the threat model.
  public init(
    steps: Int = 100, searches: Int = 9, rate: Double = 0.01, initialWeight: Double = 0.001,
    stopsWhenBroken: Bool = false
  ) {
    precondition(
      steps >= 1 && searches >= 1 && rate > 0 && initialWeight > 0,
      "at least 1 step and 1 search, and positive numbers expected, got \(steps), \(searches), \(rate), "
        + "\(initialWeight)")
    self.steps = steps
    self.searches = searches
    self.rate = rate
    self.initialWeight = initialWeight
    self.stopsWhenBroken = stopsWhenBroken
  }

  /// Passes that one sample takes at the most.
  public var expectedCost: Cost { Cost(forwards: 1 + searches * steps, backwards: searches * steps) }

  /// - Throws: `PluginError.unusable` where the objective does not decide.
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    let decision = try objective.deciding(for: "cw")
    guard threat.epsilon > 0 else { return images }
    let found = try nearest(
      decision, from: images, samples: samples, end: stopsWhenBroken ? threat : nil)
    return threat.projected(found, around: images)
  }

  /// The nearest broken image of each sample that was found, wherever it is; the clean one where none was.
  /// - Parameter end: samples end where they are broken within it.
  public func nearest(
    _ objective: any DecisionObjective, from images: Tensor, samples: [Int], end: ThreatModel? = nil
  ) throws -> Tensor {
    var books = Books(images, weight: initialWeight)
    for (row, isBroken) in try objective.isBroken(at: images, samples: samples).enumerated() where isBroken {
      books.distances[row] = 0
      books.isDone[row] = true
    }
    for _ in 0..<searches {
      let rows = samples.indices.filter { !books.isDone[$0] }
      guard !rows.isEmpty else { break }
      var broke = [Bool](repeating: false, count: samples.count)
      var descent = Descent(images.rows(rows), rows: rows, rate: rate)
      for step in 0..<steps {
        let x = descent.images
        let leaf = Variable(leaf: x)
        let places = descent.rows.map { samples[$0] }
        let scores = try objective.scores(at: leaf, samples: places)
        let margins = DecisionLoss.margin.values(of: scores, labels: places.map { objective.label(of: $0) })
        let slopes = try margins.relu().gradient(of: leaf)
        books.offer(
          x, clean: descent.clean, rows: descent.rows, broken: objective.isBroken(scores.value, samples: places),
          end: end, into: &broke)
        let losses = descent.step(
          slopes, weights: descent.rows.map { books.weights[$0] }, hinges: margins.value.scalars.map { max($0, 0) })
        let going = descent.places(after: losses, isChecking: step % max(steps / 10, 1) == 0) { books.isDone[$0] }
        guard !going.isEmpty else { break }
        if going.count < descent.rows.count { descent.keep(going) }
      }
      for row in rows { books.bracket(row, broke: broke[row]) }
    }
    return books.best
  }

  /// The nearest broken images, and where each sample's c stands.
  private struct Books {
    var best: Tensor
    var distances: [Double]
    var isDone: [Bool]
    var weights: [Double]
    private var low: [Double]
    private var high: [Double]

    init(_ images: Tensor, weight: Double) {
      best = images
      distances = [Double](repeating: .infinity, count: images.rows)
      isDone = [Bool](repeating: false, count: images.rows)
      weights = [Double](repeating: weight, count: images.rows)
      low = [Double](repeating: 0, count: images.rows)
      high = [Double](repeating: .infinity, count: images.rows)
    }

    mutating func offer(
      _ x: Tensor, clean: Tensor, rows: [Int], broken: [Bool], end: ThreatModel?, into broke: inout [Bool]
    ) {
      let ball = end ?? ThreatModel(norm: .l2, epsilon: 0)
      let norms = ball.norms(ofEach: x, around: clean)
      for (place, row) in rows.enumerated() where broken[place] {
        broke[row] = true
        if norms[place].l2 < distances[row] && !isDone[row] {
          distances[row] = norms[place].l2
          best.setRows([row], to: x.rows([place]))
        }
        if let end, norms[place][end.norm] <= end.epsilon {
          best.setRows([row], to: x.rows([place]))
          isDone[row] = true
        }
      }
    }

    mutating func bracket(_ row: Int, broke: Bool) {
      if broke { high[row] = min(high[row], weights[row]) } else { low[row] = max(low[row], weights[row]) }
      weights[row] = high[row].isFinite ? (low[row] + high[row]) / 2 : weights[row] * 10
    }
  }

  /// One search's descent in w, with Adam's moments, of the samples that still run.
  private struct Descent {
    var rows: [Int]
    var clean: Tensor
    private let rate: Double
    private var w: [Double]
    private var first: [Double]
    private var second: [Double]
    private var number = 0
    private var lastLosses: [Double]

    init(_ clean: Tensor, rows: [Int], rate: Double) {
      self.clean = clean
      self.rows = rows
      self.rate = rate
      w = clean.scalars.map { atanh((2 * Double($0) - 1) * 0.999999) }
      first = [Double](repeating: 0, count: clean.count)
      second = first
      lastLosses = [Double](repeating: .infinity, count: rows.count)
    }

    var images: Tensor { Tensor(w.map { Float(min(max((tanh($0) + 1) / 2, 0), 1)) }, clean.shape) }

    /// - Returns: each sample's loss before the step.
    mutating func step(_ slopes: Tensor, weights: [Double], hinges: [Float]) -> [Double] {
      number += 1
      let size = clean.shape.rowCount
      let (decay1, decay2) = (1 - pow(0.9, Double(number)), 1 - pow(0.999, Double(number)))
      var losses = zip(weights, hinges).map { $0 * Double($1) }
      for row in rows.indices {
        for i in row * size..<(row + 1) * size {
          let t = tanh(w[i])
          let offset = (t + 1) / 2 - Double(clean[i])
          losses[row] += offset * offset
          let slope = Double(slopes[i])
          let g = (2 * offset + weights[row] * (slope.isFinite ? slope : 0)) * (1 - t * t) / 2
          first[i] = 0.9 * first[i] + 0.1 * g
          second[i] = 0.999 * second[i] + 0.001 * g * g
          w[i] -= rate * (first[i] / decay1) / ((second[i] / decay2).squareRoot() + 1e-8)
        }
      }
      return losses
    }

    /// Which go on.
    mutating func places(after losses: [Double], isChecking: Bool, isDone: (Int) -> Bool) -> [Int] {
      var going: [Int] = []
      for (place, row) in rows.enumerated() where !isDone(row) {
        if isChecking {
          if losses[place] > 0.9999 * lastLosses[place] { continue }
          lastLosses[place] = losses[place]
        }
        going.append(place)
      }
      return going
    }

    mutating func keep(_ places: [Int]) {
      let size = clean.shape.rowCount
      func kept(_ values: [Double]) -> [Double] { places.flatMap { values[$0 * size..<($0 + 1) * size] } }
      (w, first, second) = (kept(w), kept(first), kept(second))
      lastLosses = places.map { lastLosses[$0] }
      rows = places.map { rows[$0] }
      clean = clean.rows(places)
    }
  }
}
