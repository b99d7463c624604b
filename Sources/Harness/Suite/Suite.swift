public import GauntletKit

/// What a suite file says, every default filled in and every name resolved: the whole input of a run.
public struct Suite: Sendable {
  public let name: String
  public let title: String
  public let seed: UInt64
  /// How many samples an attack is handed at once. Decides memory and speed, and no number.
  public let batch: Int
  public let datasets: [DatasetEntry]
  public let models: [ModelEntry]
  public let subjects: [SubjectEntry]
  public let attacks: [AttackEntry]
  /// What is to be proved; nil for nothing.
  public let certification: Certification?

  /// Which certificates are asked for.
  public struct Certification: Hashable, Sendable {
    /// Radii in ℓ2 of pixels in [0, 1] that certified scores are given for.
    public let radii: [Radius]
    /// Whether attacks leave samples alone that are certified against them.
    public let skipsCertified: Bool

    /// Votes under noise of subjects that are asked so; nil for none.
    public let votes: Votes?

    public struct Votes: Hashable, Sendable {
      /// How often each sample is asked.
      public let count: Int
      /// The probability, for each sample, that its certificate is wrong.
      public let alpha: Double
    }

    public struct Radius: Hashable, Sendable {
      public let value: Double
      /// As it was written: "36/255".
      public let text: String
    }
  }

  public struct DatasetEntry: Sendable {
    public let key: String
    public let use: PluginUse
    /// How many samples (queries, triplets) are asked; nil for all. Which ones follows from the seed.
    public let samples: Int?
    /// Whether subjects are asked about it; otherwise it is there to be trained on.
    public let isAsked: Bool
    public let dataset: any Dataset

    /// What the dataset calls a test image or a triplet.
    func name(of sample: Int) -> String {
      switch dataset {
      case let dataset as any RetrievalDataset: dataset.name(.test, of: sample)
      case let dataset as any TripletDataset: dataset.name(of: sample)
      default: "\(sample)"
      }
    }
  }

  /// A network that training makes: a cell of its own, cached by content.
  public struct ModelEntry: Sendable {
    public let key: String
    public let use: PluginUse
    /// The key of the dataset that it is trained on.
    public let dataset: String
    public let start: ModelStart
    /// What it is to imitate; empty for most.
    public let teachers: [Named]
    public let defense: any Defense
  }

  /// A metric or model above, by its key: what a student imitates, or a wrapper stands around.
  public struct Named: Sendable {
    public let key: String
    public let title: String
    public let source: SubjectEntry.Source
  }

  public enum ModelStart: Sendable {
    case fresh(Blueprint)
    /// The key of another model.
    case model(String)
  }

  public struct SubjectEntry: Sendable {
    public let key: String
    public let title: String
    public let source: Source
    /// The keys of the datasets that it is asked about; nil for all that it can be.
    public let tested: [String]?

    public indirect enum Source: Sendable {
      case metric(PluginUse, any Metric)
      /// The key of a model.
      case model(String)
      /// A defense that trains nothing, around a subject or backbone above.
      case wrapped(PluginUse, any WrappingDefense, around: Named)
    }
  }

  public struct AttackEntry: Sendable {
    /// How reports call it: "ca-plus", or "pgd linf 4/255" where there are several.
    public let key: String
    public let use: PluginUse
    public let attack: any Attack
    /// The subject that the search runs on, for an attack without access to the attacked one; nil for the attacked one.
    public let surrogate: String?
  }
}

/// A plugin as a suite uses it.
public struct PluginUse: Sendable {
  public let reference: PluginReference
  public let card: Card
  public let settings: SettingValues
  /// The plugin with every setting, defaults included, as a suite would write it; environment variables not replaced.
  public let resolvedText: String
  /// The settings that decide numbers, in one text for equal settings; paths are left out (their content counts).
  public let identity: String
}
