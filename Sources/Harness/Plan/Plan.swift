public import GauntletKit

/// A suite crossed out: which models are to be trained, which cells there are, and why a pair makes no sense.
public struct Plan: Sendable {
  public let suite: Suite
  /// By dataset key: the hash of everything that decides its pixels and labels.
  public let fingerprints: [String: String]
  /// In an order in which each comes after what it starts from.
  public let models: [ModelCell]
  public internal(set) var cells: [Cell]
  /// What is to be proved; empty unless the suite asks for it.
  public internal(set) var certificates: [Certificate]

  /// A model to train, named by everything that decides its weights.
  public struct ModelCell: Sendable {
    public let id: String
    public let entry: Suite.ModelEntry
  }

  /// One subject asked one question on one dataset, attacked or not.
  public struct Cell: Sendable {
    /// Hash of everything that can change its numbers.
    public let id: String
    public let subject: Suite.SubjectEntry
    public let dataset: Suite.DatasetEntry
    public let attack: Suite.AttackEntry?
    public let task: TaskKind
    /// Indices of the samples, ascending.
    public internal(set) var samples: [Int]
    /// Those that a trust probe asks; none where it is not to be made.
    var probed: [Int]
    /// Why it is not run; nil if it is.
    public let inapplicable: String?

    init(
      id: String, subject: Suite.SubjectEntry, dataset: Suite.DatasetEntry, attack: Suite.AttackEntry?, task: TaskKind,
      samples: [Int], inapplicable: String?
    ) {
      self.id = id
      self.subject = subject
      self.dataset = dataset
      self.attack = attack
      self.task = task
      self.samples = samples
      self.inapplicable = inapplicable
      let isProbed = attack == nil && task == .twoAlternative && inapplicable == nil
      probed = isProbed ? Array(samples.prefix(TrustProbe.samples)) : []
    }

    /// Whether its numbers are about all samples together, so that it is done in one piece.
    var isWhole: Bool { attack == nil && task == .retrieval }

    public var title: String { "\(subject.key) × \(dataset.key)" + (attack.map { " × \($0.key)" } ?? "") }

    /// Forward and backward passes at the most.
    public var expectedCost: Cost {
      let perSample = attack?.attack.expectedCost ?? Cost(forwards: 1, backwards: 0)
      return Cost(forwards: perSample.forwards * samples.count, backwards: perSample.backwards * samples.count)
    }
  }

  /// What can be proved of a subject on a dataset: radii, or bounds of what an attack measures.
  public struct Certificate: Sendable {
    /// Hash of everything that can change its numbers.
    public let id: String
    public let subject: Suite.SubjectEntry
    public let dataset: Suite.DatasetEntry
    /// Whose measures are bounded, at the radius of its threat model; nil for radii.
    public let attack: Suite.AttackEntry?
    public let task: TaskKind
    public internal(set) var samples: [Int]
    /// Votes under noise, in place of radii that hold for certain; nil for these.
    public var votes: Suite.Certification.Votes?

    public var title: String {
      "\(subject.key) × \(dataset.key) × certificate" + (attack.map { " of \($0.key)" } ?? "")
        + (votes.map { " by \($0.count) votes" } ?? "")
    }
  }

  public func model(_ key: String) -> ModelCell? { models.first { $0.entry.key == key } }
}
