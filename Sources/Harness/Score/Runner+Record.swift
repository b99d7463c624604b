public import Foundation
internal import GauntletKit
internal import Ledger
internal import Networks
public import Results
internal import Statistics
internal import Tensors

extension Runner {
  /// The record of the run: what was asked, what came of it, every score with its interval and definition.
  public func record(version: String, reproduce: String, started: Date) throws -> RunRecord {
    let tables = try cellTables()
    let cells = try tables.map { try record(of: $0.cell, $0) }
    let scores = try scoreBuilder(tables)
    return RunRecord(
      suite: RunRecord.Suite(
        name: plan.suite.name, title: plan.suite.title, seed: plan.suite.seed, resolved: plan.suite.resolvedText,
        sha256: ContentHash.of([plan.suite.resolvedText])),
      versions: RunRecord.Versions(gauntlet: version, numerics: Numerics.version),
      environment: RunRecord.Environment(
        instructionSet: Numerics.instructionSet, libraries: ["oneDNN": NetworkLibrary.version]),
      datasets: plan.suite.datasets.map(record(of:)), subjects: try plan.suite.subjects.map(record(of:)),
      attacks: plan.suite.attacks.map(record(of:)), cells: cells, scores: try scores.scores(),
      warnings: try scores.warnings() + scores.trustWarnings() + failureWarnings(), reproduce: reproduce,
      certificates: try scores.certificateRecords(), timing: timing(started))
  }

  /// Takes failures of other processes as its own, and checks the laws of what is settled; nothing is run.
  public func settle(_ failures: [String: String]) throws {
    self.failures = failures
    for subject in plan.suite.subjects {
      let own = plan.cells.filter { $0.subject.key == subject.key && $0.inapplicable == nil }
      guard let reason = own.lazy.compactMap({ failures[$0.id] }).first, own.allSatisfy({ failures[$0.id] != nil }),
        let model = subject.source.model.flatMap({ plan.model($0) }), !loader.models.isTrained(model)
      else { continue }
      // A training that failed there would fail here, after the same time.
      let error = HarnessError.training(model: model.entry.key, reason: reason)
      for key in [subject.key, model.entry.key] { loader.presumeFailed(key, error) }
    }
    try checkLaws()
  }

  /// What the scores of the run are made of, sample by sample.
  public func samples() throws -> SampleRecord {
    let scores = try scoreBuilder(try cellTables())
    return SampleRecord(numerics: Numerics.identity, seed: plan.suite.seed, tables: try scores.samples())
  }

  /// A table for every cell of the plan, empty where nothing was asked or it failed.
  private func cellTables() throws -> [CellTable] {
    try plan.cells.map { cell in
      CellTable(
        cell: cell, rows: cell.inapplicable == nil && failures[cell.id] == nil ? try wantedRows(of: cell) : [])
    }
  }

  private func scoreBuilder(_ tables: [CellTable]) throws -> ScoreBuilder {
    return ScoreBuilder(
      plan: plan, tables: Dictionary(tables.map { ($0.cell.key, $0) }) { first, _ in first },
      certificates: try certificateTables(byVotes: false), votes: try certificateTables(byVotes: true),
      value: { try self.ledger.value(named: $0, of: $1) })
  }

  /// The rows of every certificate that has any, as tables of the cell whose question they answer.
  private func certificateTables(byVotes: Bool) throws -> [Plan.Cell.Key: CellTable] {
    var tables: [Plan.Cell.Key: CellTable] = [:]
    for certificate in plan.certificates
    where failures[certificate.id] == nil && (certificate.votes != nil) == byVotes {
      let wanted = Set(certificate.samples)
      let rows = try ledger.rows(of: certificate.id).filter { wanted.contains($0.sample) }
      let cell = Plan.Cell(
        id: certificate.id, subject: certificate.subject, dataset: certificate.dataset, attack: certificate.attack,
        task: certificate.task, samples: certificate.samples, inapplicable: nil)
      if !rows.isEmpty { tables[cell.key] = CellTable(cell: cell, rows: rows, isCertificate: true) }
    }
    return tables
  }

  private func record(of cell: Plan.Cell, _ table: CellTable) throws -> RunRecord.Cell {
    let status: RunRecord.Status =
      if let reason = cell.inapplicable { .skipped(reason) } else if let reason = failures[cell.id] {
        .failed(reason)
      } else { .done }
    return RunRecord.Cell(
      id: cell.id, subject: cell.subject.key, dataset: cell.dataset.key, attack: cell.attack?.key,
      task: cell.task == .retrieval ? .retrieval : .twoAlternative, status: status, samples: table.rows.count,
      measures: status == .done ? table.measures(seed: plan.suite.seed) : [],
      forwards: table.rows.reduce(0) { $0 + $1.forwards }, backwards: table.rows.reduce(0) { $0 + $1.backwards },
      flags: table.flags, violations: 0,
      worst: status == .done && cell.attack != nil ? try worstSamples(of: cell, rows: table.rows) : [])
  }

  private func record(of entry: Suite.DatasetEntry) -> RunRecord.Dataset {
    var counts: [String: Int] = [:]
    switch entry.dataset {
    case let dataset as any RetrievalDataset:
      counts = [
        "train": dataset.labels(.train).count, "test": dataset.labels(.test).count,
        "train classes": Set(dataset.labels(.train)).count, "test classes": Set(dataset.labels(.test)).count,
      ]
    case let dataset as any TripletDataset: counts = ["triplets": dataset.count]
    default: break
    }
    let images = entry.dataset.images
    return RunRecord.Dataset(
      id: entry.key, title: entry.use.card.title, plugin: entry.use.card.id, spec: entry.use.resolvedText,
      image: RunRecord.Image(channels: images.channels, height: images.height, width: images.width), counts: counts,
      fingerprint: plan.fingerprints[entry.key] ?? "", reference: entry.use.card.reference)
  }

  private func record(of entry: Suite.SubjectEntry) throws -> RunRecord.Subject {
    func card(_ card: Card) -> RunRecord.Card {
      RunRecord.Card(version: card.version, definition: card.definition, reference: card.reference)
    }
    switch entry.source {
    case .metric(let use, let metric):
      return RunRecord.Subject(
        id: entry.key, title: entry.title, kind: .metric, plugin: use.card.id, spec: use.resolvedText,
        card: card(use.card), geometry: (metric as? any EmbeddingMetric)?.geometry.rawValue)
    case .wrapped(let use, _, let inner):
      let inside = try record(
        of: Suite.SubjectEntry(key: inner.key, title: inner.title, source: inner.source, tested: nil))
      let metric = try? loader.metric(entry)
      return RunRecord.Subject(
        id: entry.key, title: entry.title, kind: .defended, plugin: use.card.id,
        spec: "\(use.resolvedText) around \(inside.spec)", card: card(metric?.card ?? use.card),
        geometry: (metric as? any EmbeddingMetric)?.geometry.rawValue, weights: inside.weights)
    case .model(let key):
      guard let model = plan.model(key) else {
        throw HarnessError.training(model: key, reason: "the suite has no such model")
      }
      // A model whose training failed has a row in every cell that says so, and nothing to say here.
      let trained = try? loader.training(entry)
      return RunRecord.Subject(
        id: entry.key, title: entry.title, kind: .defended, plugin: model.entry.use.card.id,
        spec: model.entry.use.resolvedText, card: card(model.entry.use.card),
        geometry: trained?.metric.geometry.rawValue, weights: trained?.weightsHash,
        training: trained.map { training(of: model, $0) })
    }
  }

  private func training(of model: Plan.ModelCell, _ trained: TrainedModel) -> RunRecord.Training {
    RunRecord.Training(
      dataset: model.entry.dataset,
      epochs: epochs(of: model),
      steps: trained.steps,
      log: trained.log.sorted { $0.key < $1.key }.map { name, points in
        RunRecord.Series(name: name, points: points.map { .init(step: $0.step, value: $0.value) })
      })
  }

  /// Passes over the dataset, unless the number of updates was given.
  private func epochs(of model: Plan.ModelCell) -> Int? {
    let settings = Dictionary(model.entry.use.settings.resolved.map { ($0.name, $0.text) }) { first, _ in first }
    guard settings["steps"] ?? "" == "" else { return nil }
    return settings["epochs"].flatMap { Int($0) }
  }

  private func record(of entry: Suite.AttackEntry) -> RunRecord.Attack {
    let attack = entry.attack
    return RunRecord.Attack(
      id: entry.key, title: attack.card.title, plugin: attack.card.id, spec: entry.use.resolvedText,
      card: RunRecord.Card(
        version: attack.card.version, definition: attack.card.definition, reference: attack.card.reference),
      threat: RunRecord.Threat(attack.threat), mode: attack.mode == .corrected ? .corrected : .faithful,
      surrogate: entry.surrogate,
      steps: entry.use.settings.resolved.first { $0.name == "steps" }.flatMap { Int($0.text) })
  }

  private func failureWarnings() -> [RunRecord.Warning] {
    let cells = plan.cells.map { ($0.id, $0.title, $0.subject.key, $0.dataset.key) }
    let certificates = plan.certificates.map { ($0.id, $0.title, $0.subject.key, $0.dataset.key) }
    return (cells + certificates).compactMap { id, title, subject, dataset in
      failures[id].map { reason in
        RunRecord.Warning(
          severity: .invalid, code: "cell-failed", text: "\(title): \(reason)", subject: subject, dataset: dataset)
      }
    }
  }

  func timing(_ started: Date) -> RunRecord.Timing {
    let formatter = ISO8601DateFormatter()
    return RunRecord.Timing(
      started: formatter.string(from: started), finished: formatter.string(from: Date()),
      seconds: Date().timeIntervalSince(started), host: "", processor: Machine.processor, threads: Workers.count,
      peakMemory: Machine.peakMemory, cells: seconds,
      subjects: trainingSeconds)
  }
}

extension RunRecord.Threat {
  init(_ threat: ThreatModel) {
    self.init(
      norm: threat.norm.rawValue, epsilon: threat.epsilon, text: threat.epsilonText,
      moved: threat.moved == .reference ? nil : threat.moved.rawValue)
  }
}

extension Suite.SubjectEntry.Source {
  /// The key of the model that it is, or stands around; nil where there is none.
  var model: String? {
    switch self {
    case .metric: nil
    case .model(let key): key
    case .wrapped(_, _, let inner): inner.source.model
    }
  }
}

extension Plan.Cell {
  /// A cell by what it crosses.
  struct Key: Hashable {
    let subject: String
    let dataset: String
    let attack: String?
  }

  var key: Key { Key(subject: subject.key, dataset: dataset.key, attack: attack?.key) }
}
