internal import Gradients
public import Tensors

/// APGD: projected descent with momentum that halves its own step (Croce and Hein, "Reliable evaluation of adversarial
/// robustness with an ensemble of diverse parameter-free attacks", ICML 2020), for any objective and norm.
///
/// ℓ∞, ℓ2: z = Π(x − η·direction(g)); x ← Π(x + a(z − x) + (1 − a)(x − x⁻)), a = 1 in the first step and 0.75 later,
/// η = 2ε at first. At a checkpoint η is halved, and the search returns to the point of the lowest loss, where the loss
/// fell in at most ρ = 0.75 of the window's steps, or where η was not halved last time and the lowest loss has not changed
/// since. ℓ1: sparse steps without momentum, see `AutoPGD+Sparse`. Π is the exact projection, and the first window's
/// comparisons include the start, which the published code leaves out. A run takes `steps` gradients: that of its last
/// point is not taken.
///
/// Of an objective that decides, a broken image is proposed before one that is not. A sample's run ends at its first
/// broken image where `stopsWhenBroken`: it leaves the batch, and takes no more passes.
///
/// Faithful mode keeps what the published code does: it starts on the ball's surface; under ℓ2 Π shrinks to the ball and
/// then clips; the first window's first comparison is with 0; after a return the next comparison is with the loss that
/// was left; the gradient of the last point is taken, and not used; of several draws the last one's loss counts; and the
/// last broken image is proposed, or the clean one.
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
  public let mode: AttackMode
  /// Whether a sample ends its run, and the runs after it, at its first broken image.
  public let stopsWhenBroken: Bool
  /// Whether a run goes through balls of 3ε and 2ε first, with 30% of the steps each; the published ℓ1 attack does.
  public let shrinksBall: Bool
  /// Draws that a gradient is averaged over, where the objective is random.
  public let draws: Int

  public init(
    steps: Int, restarts: Int = 1, randomStart: Bool = true, selection: Selection = .loss, minimumWindow: Int = 1,
    mode: AttackMode = .corrected, stopsWhenBroken: Bool = false, shrinksBall: Bool = false, draws: Int = 1
  ) {
    precondition(
      steps >= 0 && restarts >= 1 && minimumWindow >= 1 && draws >= 1,
      "at least 0 steps, 1 restart, 1 draw and a window of 1 expected, got \(steps), \(restarts), \(draws) and "
        + "\(minimumWindow)")
    self.steps = steps
    self.restarts = restarts
    self.randomStart = randomStart
    self.selection = selection
    self.minimumWindow = minimumWindow
    self.mode = mode
    self.stopsWhenBroken = stopsWhenBroken
    self.shrinksBall = shrinksBall
    self.draws = draws
  }

  /// Passes that one sample takes at the most; each draw of a random objective is a pass.
  public var expectedCost: Cost {
    let visits = restarts * (steps + phases.count)
    return Cost(
      forwards: visits * (selection == .outcome ? 2 : 1),
      backwards: mode == .faithful ? visits : restarts * steps)
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

  /// The balls of one run: how many ε, and how many steps.
  var phases: [(scale: Double, steps: Int)] {
    guard shrinksBall else { return [(1, steps)] }
    let part = (3 * steps + 9) / 10
    return [(3, min(part, steps)), (2, min(part, max(steps - part, 0))), (1, max(steps - 2 * part, 0))]
  }

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    try run(objective, from: images, samples: samples, within: threat, seeds: seeds, start: nil)
  }

  /// The same from given images, which the first run starts at: to follow a run of published code step by step.
  package func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds,
    start: Tensor?
  ) throws -> Tensor {
    precondition(images.rows == samples.count, "\(images.rows) images for \(samples.count) samples")
    var kept = KeptImages(images, measures: objective.measures)
    for restart in 0..<restarts {
      let rows = samples.indices.filter { !(stopsWhenBroken && kept.isBroken[$0]) }
      guard !rows.isEmpty else { break }
      var run = Run(search: self, objective: objective, samples: samples, restart: restart)
      run.rows = rows
      run.clean = rows.count == images.rows ? images : images.rows(rows)
      for (number, phase) in phases.enumerated() {
        run.threat = threat.scaled(by: phase.scale)
        run.isLast = number == phases.count - 1
        if number > 0 {
          run.start = run.threat.projected(run.start, around: run.clean)
        } else if let start, restart == 0 {
          run.start = start
        } else if randomStart || restart > 0 {
          let stream = { seeds.stream("start", sample: samples[rows[$0]], restart: restart) }
          run.start =
            mode == .faithful
            ? run.threat.surfaceStart(around: run.clean, stream: stream)
            : run.threat.randomStart(around: run.clean, stream: stream)
        } else {
          run.start = run.clean
        }
        let isWarm = number > 0
        if threat.norm == .l1 {
          try run.descendSparsely(steps: phase.steps, isWarm: isWarm, into: &kept)
        } else {
          try run.descend(steps: phase.steps, into: &kept)
        }
      }
    }
    return kept.images
  }

  /// One run of the samples that take it: what its phases share.
  struct Run {
    let search: AutoPGD
    let objective: any Objective
    let samples: [Int]
    let restart: Int
    /// Places in the whole batch, of those that still run.
    var rows: [Int] = []
    /// Of those alone, as `start` and the phase's results.
    var clean = Tensor(zeros: [0])
    var start = Tensor(zeros: [0])
    var threat = ThreatModel(norm: .linf, epsilon: 0)
    /// Whether what is found counts: only the last ball is the threat model's.
    var isLast = true
    private var visits = 0

    init(search: AutoPGD, objective: any Objective, samples: [Int], restart: Int) {
      self.search = search
      self.objective = objective
      self.samples = samples
      self.restart = restart
    }

    /// Looks at the images of all that still run; each is a proposal in the last phase.
    mutating func visit(_ x: Tensor, gradient wanted: Bool, into kept: inout KeptImages) throws -> Visit {
      let places = rows.map { samples[$0] }
      let visitsPerRun = search.steps + search.phases.count
      let draw = (restart * visitsPerRun + visits) * search.draws
      visits += 1
      let isFaithful = search.mode == .faithful
      let visit = try objective.visit(
        x, samples: places, gradient: wanted || isFaithful, draws: draw..<draw + search.draws, takesLast: isFaithful)
      guard isLast else { return visit }
      if isFaithful && objective is any DecisionObjective {
        kept.replaceBroken(x, rows: rows, isBroken: visit.isBroken)
      } else {
        kept.offer(
          x, rows: rows, losses: visit.losses,
          outcomes: search.selection == .outcome ? try objective.outcomes(at: x, samples: places) : nil,
          isBroken: visit.isBroken)
      }
      return visit
    }

    /// Which of those that run go on after a visit, as places among them; nil: all.
    func survivors(_ visit: Visit) -> [Int]? {
      guard search.stopsWhenBroken, isLast, visit.isBroken.contains(true) else { return nil }
      return visit.isBroken.indices.filter { !visit.isBroken[$0] }
    }
  }
}
