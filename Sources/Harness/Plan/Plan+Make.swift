internal import GauntletKit
internal import Tensors

extension Plan {
  /// Crosses every subject with every dataset and every attack.
  ///
  /// Reads each dataset once, to hash it.
  /// - Parameter limit: at most so many samples a dataset, on top of what the suite says.
  public init(_ suite: Suite, limit: Int? = nil) throws {
    self.suite = suite
    var fingerprints: [String: String] = [:]
    for entry in suite.datasets {
      fingerprints[entry.key] = ContentHash.of([entry.use.identity, try ContentHash.of(entry.dataset)])
    }
    self.fingerprints = fingerprints
    let seed = "seed=\(suite.seed)"
    var models: [ModelCell] = []
    for entry in suite.models {
      let start =
        switch entry.start {
        case .fresh(let blueprint): blueprint.identity
        // The parser has seen to it that the model stands above.
        case .model(let key): models.first { $0.entry.key == key }?.id ?? key
        }
      let teachers = entry.teachers.map { teacher in
        switch teacher.source {
        case .metric(let use, _): "teacher \(use.identity)"
        case .model(let key): "teacher \(models.first { $0.entry.key == key }?.id ?? key)"
        case .wrapped: "teacher \(teacher.key)"
        }
      }
      let id = ContentHash.of(
        ["model", Numerics.identity, seed, entry.use.identity, fingerprints[entry.dataset] ?? "", start] + teachers)
      models.append(ModelCell(id: id, entry: entry))
    }
    self.models = models
    let samples = Dictionary(uniqueKeysWithValues: suite.datasets.map { ($0.key, Plan.samples(of: $0, suite, limit)) })
    var cells: [Cell] = []
    var certificates: [Certificate] = []
    let questioned = suite.subjects.map { Questioned($0, models: models, datasets: suite.datasets) }
    for (subject, questions) in zip(suite.subjects, questioned) {
      for dataset in suite.datasets where dataset.isAsked && subject.tested?.contains(dataset.key) ?? true {
        let task: TaskKind = dataset.dataset is any RetrievalDataset ? .retrieval : .twoAlternative
        let reason = questions.reasonAgainst(dataset.dataset, task)
        let base = [Numerics.identity, seed, questions.identity, fingerprints[dataset.key] ?? "", task.rawValue]
        cells.append(
          Cell(
            id: ContentHash.of(["natural"] + base), subject: subject, dataset: dataset, attack: nil, task: task,
            samples: samples[dataset.key] ?? [], inapplicable: reason))
        if suite.certification != nil, reason == nil, questions.embeds {
          let attacks = suite.attacks.filter {
            $0.attack.tasks.contains(task) && $0.attack.mode == .corrected && $0.surrogate == nil
          }
          for attack in [nil] + attacks.map(Optional.some) {
            certificates.append(
              Certificate(
                id: ContentHash.of(["certificate", attack?.use.identity ?? "radii"] + base), subject: subject,
                dataset: dataset, attack: attack, task: task, samples: samples[dataset.key] ?? []))
          }
          if let votes = suite.certification?.votes, task == .twoAlternative, case .wrapped = subject.source {
            certificates.append(
              Certificate(
                id: ContentHash.of(["certificate", "votes \(votes.count) \(votes.alpha)"] + base), subject: subject,
                dataset: dataset, attack: nil, task: task, samples: samples[dataset.key] ?? [], votes: votes))
          }
        }
        for attack in suite.attacks {
          // An attack that has nothing to do with the question is no row: it would say nothing of the subject.
          guard attack.attack.tasks.contains(task) else { continue }
          var name = ["attack", attack.use.identity]
          if suite.certification?.skipsCertified == true { name.append("skip-certified") }
          var reason = reason
          if let key = attack.surrogate, let place = suite.subjects.firstIndex(where: { $0.key == key }) {
            // With itself as surrogate it would be the attack with access.
            guard key != subject.key else { continue }
            name += ["surrogate", questioned[place].identity]
            if reason == nil, let why = questioned[place].reasonAgainst(dataset.dataset, task) {
              reason = "the surrogate \(key): \(why)"
            }
          }
          cells.append(
            Cell(
              id: ContentHash.of(name + base), subject: subject, dataset: dataset, attack: attack, task: task,
              samples: samples[dataset.key] ?? [], inapplicable: reason))
        }
      }
    }
    self.cells = cells
    self.certificates = certificates
  }

  /// A random choice that follows from the seed and the dataset's name alone; more samples keep the ones before.
  private static func samples(of entry: Suite.DatasetEntry, _ suite: Suite, _ limit: Int?) -> [Int] {
    let count =
      switch entry.dataset {
      case let dataset as any RetrievalDataset: dataset.labels(.test).count
      case let dataset as any TripletDataset: dataset.count
      default: 0
      }
    let wanted = min(entry.samples ?? count, limit ?? count, count)
    guard wanted < count else { return Array(0..<count) }
    var order = Array(0..<count)
    var stream = RandomStream(seed: suite.seed, ["samples", entry.key])
    stream.shuffle(&order)
    return order.prefix(wanted).sorted()
  }
}

/// What a subject can be asked, and what its answers depend on.
private struct Questioned {
  let identity: String
  private let requirement: ImageRequirement?
  let embeds: Bool

  init(_ subject: Suite.SubjectEntry, models: [Plan.ModelCell], datasets: [Suite.DatasetEntry]) {
    switch subject.source {
    case .wrapped(let use, _, let inner):
      let questioned = Questioned(
        Suite.SubjectEntry(key: inner.key, title: inner.key, source: inner.source, tested: nil), models: models,
        datasets: datasets)
      identity = "\(use.identity) around \(questioned.identity)"
      requirement = questioned.requirement
      embeds = questioned.embeds
    case .metric(let use, let metric):
      identity = use.identity
      requirement = metric.input
      embeds = metric is any EmbeddingMetric
    case .model(let key):
      let model = models.first { $0.entry.key == key }
      identity = model?.id ?? key
      let trainedOn = datasets.first { $0.key == model?.entry.dataset }
      requirement = trainedOn.map { .exactly($0.dataset.images) }
      embeds = true
    }
  }

  /// Why the pair makes no sense; nil if it does.
  func reasonAgainst(_ dataset: any Dataset, _ task: TaskKind) -> String? {
    guard dataset is any RetrievalDataset || dataset is any TripletDataset else {
      return "the dataset asks about pairs or trios, which a run does not put to subjects yet"
    }
    if let requirement, !requirement.accepts(dataset.images) {
      return "it takes \(requirement), the dataset gives \(dataset.images)"
    }
    return task == .retrieval && !embeds ? "it embeds nothing, so it ranks no gallery" : nil
  }
}
