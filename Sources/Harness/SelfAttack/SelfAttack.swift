public import GauntletKit
internal import Tensors

/// Attacks a defended metric in every way that tells robustness from hidden gradients, on two-alternative questions.
///
/// A defense is refused where an attack that does without its gradients, or averages them, or borrows others, breaks what
/// they could not; where gradients vanish; where pictures that are erased still get the same answer; and where an answer
/// is no function of its image, or one of bits that no eye sees. (Athalye et al., "Obfuscated gradients give a false sense
/// of security", ICML 2018; Carlini et al., "On evaluating adversarial robustness", 2019.)
public struct SelfAttack {
  /// How much is tried; with the subject, the dataset and the seed it decides every number of a report.
  public struct Effort: Hashable, Sendable {
    /// Triplets asked about: the dataset's first ones.
    public var samples = 48
    /// ℓ∞ radii, rising, as they are written.
    public var radii = ["1/255", "2/255", "4/255"]
    /// Gradient steps of one run.
    public var steps = 15
    /// Queries of the attack without gradients.
    public var queries = 150
    /// Draws of noise that a gradient is averaged over.
    public var draws = 4

    public init() {}
  }

  let effort: Effort
  let subject: SelfAttackQuestion
  let undefended: SelfAttackQuestion
  let inner: (any Metric)?
  private let seed: UInt64

  /// - Parameters:
  ///   - undefended: a metric that was made without the defense: attacks on it are tried on the subject.
  ///   - inner: what the subject stands around, if it is a wrapper: its gradients are used in place of the subject's.
  ///   - dataset: of images that all of them take, where the right answers are known.
  /// - Throws: `PluginError.unusable` for images that a metric does not take; what the metrics and the dataset throw.
  public init(
    _ subject: any Metric, undefended: any Metric, around inner: (any Metric)? = nil, on dataset: any TripletDataset,
    effort: Effort = Effort(), seed: UInt64 = 1
  ) throws {
    for metric in [subject, undefended, inner].compactMap(\.self) where !metric.input.accepts(dataset.images) {
      throw PluginError.unusable(
        plugin: metric.card.id, reason: "it takes \(metric.input), and the self-attack's images are \(dataset.images)")
    }
    let ids = Array(0..<min(effort.samples, dataset.count))
    let triplets = try dataset.triplets(ids)
    self.subject = try SelfAttackQuestion(subject, ids: ids, triplets: triplets, seed: seed)
    self.undefended = try SelfAttackQuestion(undefended, ids: ids, triplets: triplets, seed: seed)
    self.inner = inner
    self.effort = effort
    self.seed = seed
  }

  /// Asks everything.
  /// - Throws: what the metrics throw; `HarnessError.interrupted`.
  public func report() throws -> SelfAttackReport {
    var findings = try findingsOfAnswers()
    var levels = [
      SelfAttackReport.Level(
        radius: "0", undefended: undefended.share(undefended.right.count),
        byGradients: subject.share(subject.right.count),
        byAll: subject.share(subject.right.count))
    ]
    var own: [SelfAttackQuestion.Attacked] = []
    var tallies: [SelfAttackMeans: [SelfAttackTally]] = [:]
    var together: [SelfAttackTally] = []
    for radius in effort.radii {
      try Interruption.check()
      let attacked = try subject.attacked(subject.right, by: gradientSearch(), named: "gradients", at: radius)
      var held = Set(attacked.held)
      for means in SelfAttackMeans.allCases {
        guard let left = try left(of: attacked.held, after: means, at: radius) else { continue }
        tallies[means, default: []].append(
          SelfAttackTally(radius: radius, held: attacked.held.count, fallen: attacked.held.count - left.count))
        held.formIntersection(left)
      }
      together.append(
        SelfAttackTally(radius: radius, held: attacked.held.count, fallen: attacked.held.count - held.count))
      let other = try undefended.attacked(undefended.right, by: gradientSearch(), named: "gradients", at: radius)
      levels.append(
        SelfAttackReport.Level(
          radius: radius, undefended: undefended.share(other.held.count),
          byGradients: subject.share(attacked.held.count), byAll: subject.share(held.count)))
      own.append(attacked)
    }
    findings += findingsOfGradients(own)
    findings += SelfAttackMeans.allCases.map { finding($0, tallies[$0]) }
    findings.append(findingOfAll(together))
    return SelfAttackReport(
      subject: subject.metric.card.id, samples: subject.ids.count, levels: levels, findings: findings)
  }

  // MARK: Searches

  /// - Parameter isAimed: whether a run ends where its own metric is fooled; a run on a stand-in goes on.
  private func gradientSearch(restarts: Int = 1, isAimed: Bool = true) -> AutoPGD {
    AutoPGD(steps: effort.steps, restarts: restarts, stopsWhenBroken: isAimed)
  }

  /// Which of some places still hold after more means; nil where there is nothing to use.
  private func left(of places: [Int], after means: SelfAttackMeans, at radius: String) throws -> [Int]? {
    let metric = subject.metric
    func attacked(_ search: any Search, on standIn: (any Metric)? = nil) throws -> [Int] {
      try subject.attacked(places, by: search, named: means.rawValue, at: radius, on: standIn).held
    }
    switch means {
    case .restarts: return try attacked(gradientSearch(restarts: 3))
    case .meanGradient:
      let mean = NoiseMean(metric: metric, draws: effort.draws, radius: 0.5 / 255, seed: seed)
      return try attacked(gradientSearch(isAimed: false), on: mean)
    case .borrowedGradient:
      guard let inner else { return nil }
      let borrowed = try BorrowedGradient(answers: metric, slopes: inner, images: subject.triplets.references)
      return try attacked(gradientSearch(), on: borrowed)
    case .transfer: return try attacked(gradientSearch(isAimed: false), on: undefended.metric)
    case .noGradient: return try attacked(SquareSearch(queries: effort.queries, score: .loss, stopsWhenBroken: true))
    }
  }
}
