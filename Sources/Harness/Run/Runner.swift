internal import GauntletKit
internal import FileFormats
internal import Foundation
internal import Ledger
internal import Tensors

/// Runs what is missing of a plan, and keeps what is done.
public final class Runner {
  public let plan: Plan
  public let folder: RunFolder
  let progress: Progress
  let ledger: Ledger
  let loader: SubjectLoader
  /// Wall time of what was done by this process, by cell id or model key.
  private(set) var seconds: [String: Double] = [:]
  /// Wall time of what was trained by this process, by subject; a shared backbone counts where it was needed first.
  private(set) var trainingSeconds: [String: Double] = [:]
  /// Cells that failed, with the reason; a cell that failed is tried again by the next run.
  var failures: [String: String] = [:]
  private let lock: FileLock
  let batch: Int

  /// - Parameter batch: samples handed to an attack at once, in place of the suite's number.
  public init(_ plan: Plan, in folder: RunFolder, batch: Int? = nil, progress: Progress) throws {
    self.plan = plan
    self.folder = folder
    self.batch = batch ?? plan.suite.batch
    self.progress = progress
    lock = try folder.lock()
    ledger = try Ledger(at: folder.ledger)
    loader = SubjectLoader(models: ModelStore(folder: folder, plan: plan, progress: progress))
  }

  /// Runs every cell that is not settled. A cell that fails becomes a row that says so; an interruption, a broken law, or
  /// a ledger that cannot be written ends the run.
  public func run() throws {
    try folder.write(Data(plan.suite.resolvedText.utf8), to: folder.resolvedSuite)
    try trainAhead()
    let cells = plan.cells.filter { $0.inapplicable == nil }
    for (number, cell) in cells.enumerated() {
      let settled = try ledger.samples(of: cell.id)
      let missing = cell.samples.filter { !settled.contains($0) }
      if cell.attack == nil { try settleCertificates(of: cell) }
      var started = Date()
      do {
        if missing.isEmpty {
          // A run that was killed between the two has the rows and no probe.
          try probe(cell)
          continue
        }
        // Trains first, so that time and progress of the cell are about the cell.
        let metric = try loader.metric(cell.subject)
        if case .model = cell.subject.source, trainingSeconds[cell.subject.key] == nil {
          trainingSeconds[cell.subject.key] = Date().timeIntervalSince(started)
          started = Date()
        }
        try run(cell, metric, missing: missing, title: "[\(number + 1)/\(cells.count)] \(cell.title)")
        seconds[cell.id] = Date().timeIntervalSince(started)
        try probe(cell)
      } catch let error where Runner.endsRun(error) {
        throw error
      } catch {
        failures[cell.id] = "\(error)"
        progress.note("\(cell.title): failed: \(error)")
      }
    }
    try checkLaws()
  }

  /// In a folder of models that others use too: first what nobody else is training, so that nobody waits while there is
  /// something to do. A training that fails is told by the cells that need it.
  private func trainAhead() throws {
    guard folder.sharedModels != nil else { return }
    let work = WorkEstimate(plan)
    let asked = plan.cells.filter { $0.inapplicable == nil && !$0.samples.isEmpty }
    let needed = asked.reduce(into: Set<String>()) { $0.formUnion(work.models(of: $1.subject)) }
    for model in plan.models where needed.contains(model.entry.key) {
      do { try loader.models.trainUnlessTaken(model.entry.key) } catch let error where Runner.endsRun(error) {
        throw error
      } catch { progress.note("train \(model.entry.key): failed: \(error)") }
    }
  }

  /// Before the attacks on a subject and dataset, which may leave alone what is certified. One that fails is a cell that
  /// says so.
  private func settleCertificates(of natural: Plan.Cell) throws {
    // A proof may be the first that needs the model: its time is the training's. A failure is met again below, and said.
    if case .model(let key) = natural.subject.source, trainingSeconds[natural.subject.key] == nil,
      plan.certificates.contains(where: { $0.subject.key == natural.subject.key }), let model = plan.model(key),
      !FileManager.default.fileExists(atPath: folder.model(model.id))
    {
      let started = Date()
      if (try? loader.metric(natural.subject)) != nil {
        trainingSeconds[natural.subject.key] = Date().timeIntervalSince(started)
      }
    }
    for certificate in plan.certificates
    where certificate.subject.key == natural.subject.key && certificate.dataset.key == natural.dataset.key {
      do { try certify(certificate) } catch let error where Runner.endsRun(error) { throw error } catch {
        failures[certificate.id] = "\(error)"
        progress.note("\(certificate.title): failed: \(error)")
      }
    }
  }

  private func run(_ cell: Plan.Cell, _ metric: any Metric, missing: [Int], title: String) throws {
    progress.begin(title, done: cell.samples.count - missing.count)
    if cell.attack == nil, cell.task == .retrieval {
      let (embedding, dataset) = try retrieval(cell, metric)
      let gallery = try loader.gallery(cell.subject, embedding, dataset, key: cell.dataset.key)
      let rows = NaturalRun.retrieval(gallery, queries: missing)
      let recall = try (ledger.rows(of: cell.id) + rows).sorted { $0.sample < $1.sample }.compactMap {
        $0.measures.first.map { $0.before / 100 }
      }
      // Rows last: a cell that has them all has its values too.
      for (name, value) in NaturalRun.split(gallery, recallAt1: recall, seed: plan.suite.seed) {
        try ledger.setValue(value, named: name, of: cell.id)
      }
      try ledger.append(rows, to: cell.id)
    } else {
      var done = cell.samples.count - missing.count
      for start in stride(from: 0, to: missing.count, by: batch) {
        try Interruption.check()
        let ids = Array(missing[start..<min(start + batch, missing.count)])
        let certified = try certifiedRows(of: cell, ids)
        let attacked = Set(certified.map(\.sample))
        let open = ids.filter { !attacked.contains($0) }
        if !certified.isEmpty { try ledger.append(certified, to: cell.id) }
        if !open.isEmpty { try ledger.append(try attack(cell, metric, open).rows, to: cell.id) }
        done += ids.count
        progress.update(done: done, of: cell.samples.count, unit: "samples")
      }
    }
    progress.end("\(cell.samples.count) samples")
  }

  /// One batch of a cell. What it gives for a sample does not depend on the others: any batch can be done again.
  func attack(_ cell: Plan.Cell, _ metric: any Metric, _ ids: [Int]) throws -> AttackRun.Result {
    let task = try task(cell, cell.subject, metric, ids)
    guard let entry = cell.attack else {
      guard case .twoAlternative(let task) = task else {
        throw HarnessError.unreadable(path: cell.title, reason: "a natural ranking is not asked in batches")
      }
      return AttackRun.Result(rows: try NaturalRun.twoAlternative(task), images: task.triplets.references)
    }
    var attack = entry.attack
    if let key = entry.surrogate, let subject = plan.suite.subjects.first(where: { $0.key == key }) {
      let surrogate = try self.task(cell, subject, try loader.metric(subject), ids, standingInFor: task)
      attack = TransferAttack(attack: attack, surrogate: surrogate)
    }
    return try AttackRun(attack: attack, seed: plan.suite.seed).run(task)
  }

  /// The question of a batch, asked of the cell's subject, or of a surrogate that stands in for it.
  private func task(
    _ cell: Plan.Cell, _ subject: Suite.SubjectEntry, _ metric: any Metric, _ ids: [Int],
    standingInFor attacked: Task? = nil
  ) throws -> Task {
    if let dataset = cell.dataset.dataset as? any TripletDataset {
      return .twoAlternative(
        try TwoAlternativeTask(
          metric: metric, ids: ids, triplets: try dataset.triplets(ids),
          moved: cell.attack?.attack.threat.moved ?? .reference))
    }
    let (embedding, dataset) = try retrieval(cell, metric)
    var aims: Gallery?
    if case .retrieval(let attacked) = attacked { aims = attacked.gallery }
    return .retrieval(
      RetrievalTask(
        metric: embedding, gallery: try loader.gallery(subject, embedding, dataset, key: cell.dataset.key), ids: ids,
        images: try dataset.images(.test, ids), seed: plan.suite.seed, aims: aims))
  }

  private func retrieval(
    _ cell: Plan.Cell, _ metric: any Metric
  ) throws -> (any EmbeddingMetric, any RetrievalDataset) {
    guard let metric = metric as? any EmbeddingMetric, let dataset = cell.dataset.dataset as? any RetrievalDataset
    else {
      throw PluginError.unusable(plugin: cell.subject.key, reason: "it embeds nothing, so it ranks no gallery")
    }
    return (metric, dataset)
  }

  /// Natural ≥ empirical, per sample, and the same natural value in every cell that has one.
  func checkLaws() throws {
    let cells = plan.cells.filter { $0.inapplicable == nil }
    var natural: [String: [Int: [String: Double]]] = [:]
    for cell in cells where failures[cell.id] == nil {
      let place = "\(cell.subject.key)\u{0}\(cell.dataset.key)"
      for row in try ledger.rows(of: cell.id) {
        if cell.attack == nil {
          natural[place, default: [:]][row.sample] = Dictionary(
            row.measures.map { ($0.name, $0.before) }, uniquingKeysWith: { first, _ in first })
          continue
        }
        try check(row, of: cell, natural: natural[place]?[row.sample] ?? [:])
      }
    }
    try checkCertificates(cells)
  }

  /// Empirical ≥ certified, per sample: what was certified and then broken is a mistake in a proof.
  private func checkCertificates(_ cells: [Plan.Cell]) throws {
    let attacked = Dictionary(cells.filter { $0.attack != nil }.map { ($0.key, $0) }) { first, _ in first }
    for certificate in plan.certificates {
      guard let entry = certificate.attack, failures[certificate.id] == nil,
        let cell = attacked[
          Plan.Cell.Key(subject: certificate.subject.key, dataset: certificate.dataset.key, attack: entry.key)]
      else { continue }
      let definitions = entry.attack.measures(for: certificate.task)
      let found = Dictionary(try ledger.rows(of: cell.id).map { ($0.sample, $0) }) { first, _ in first }
      for bound in try ledger.rows(of: certificate.id) {
        for (place, measure) in bound.measures.enumerated() {
          guard let least = measure.after, let row = found[bound.sample], place < row.measures.count,
            let after = row.measures[place].after, definitions[place].isWorse(after, than: least)
          else { continue }
          throw HarnessError.brokenLaw(
            cell: cell.title, sample: bound.sample,
            detail: "\(measure.name) is certified to be no worse than \(least), and the attack made it \(after) "
              + "(stage \(row.stage)); export the cell's images to look at them")
        }
      }
    }
  }

  private func check(_ row: LedgerRow, of cell: Plan.Cell, natural: [String: Double]) throws {
    for measure in row.measures {
      if let known = natural[measure.name], known != measure.before, !(known.isNaN && measure.before.isNaN) {
        throw HarnessError.brokenLaw(
          cell: cell.title, sample: row.sample,
          detail: "\(measure.name) of the clean image is \(measure.before) here and \(known) without the attack")
      }
      guard let attack = cell.attack?.attack, attack.mode == .corrected, let after = measure.after,
        let definition = attack.measures(for: cell.task).first(where: { $0.name == measure.name })
      else { continue }
      if definition.isWorse(measure.before, than: after) {
        throw HarnessError.brokenLaw(
          cell: cell.title, sample: row.sample,
          detail: "\(measure.name) is \(measure.before) clean and \(after) attacked")
      }
    }
  }

  /// Whether going on with the next cell makes no sense.
  private static func endsRun(_ error: any Error) -> Bool {
    switch error {
    case HarnessError.interrupted, HarnessError.brokenLaw, HarnessError.busy, HarnessError.unwritable: true
    case FileFormatError.unwritable: true
    default: error is LedgerError
    }
  }
}
