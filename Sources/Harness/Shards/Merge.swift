internal import Foundation
public import GauntletKit
internal import Ledger
public import Results

/// Shards that become one run: their rows, models and failures, taken together.
public struct Merge {
  private let shards: [(folder: RunFolder, record: ShardRecord)]
  /// What was run, as the shards say it.
  public let suite: Suite
  public let plan: Plan
  /// A folder of models that the shards shared.
  private let models: String?

  /// Reads what shards say of themselves, and compares it with each other and with this machine.
  /// - Throws: `HarnessError.missing` for what is no shard, `HarnessError.unlike` for shards of different runs.
  public init(_ folders: [String], models: String?, registry: Registry, version: String) throws {
    var found: [(folder: RunFolder, record: ShardRecord)] = []
    for path in folders {
      let folder = try RunFolder(existing: path)
      guard let record = try ShardRecord(in: folder) else {
        throw HarnessError.missing(path: folder.shard, what: "shard; gauntlet run SUITE --shard I/N makes one")
      }
      if let first = found.first,
        let difference = first.record.identity.difference(from: record.identity, (first.folder.path, path))
      {
        throw HarnessError.unlike(first.folder.path, path, difference)
      }
      found.append((folder, record))
    }
    guard let first = found.first else { throw HarnessError.missing(path: "merge", what: "shard to merge") }
    let file = first.folder.resolvedSuite
    suite = try Suite(parsing: first.record.identity.suite, named: "suite", path: file, registry: registry)
    plan = try Plan(suite, limit: first.record.limit)
    let here = PlanIdentity(plan, version: version)
    if let difference = first.record.identity.difference(from: here, (first.folder.path, "this process")) {
      throw HarnessError.unlike(first.folder.path, "what this process makes of the suite", difference)
    }
    shards = found
    self.models = models
  }

  public var limit: Int? { shards[0].record.limit }
  /// The command that repeats the run.
  public var reproduce: String { shards[0].record.reproduce }

  /// Of all shards together.
  public var timing: RunRecord.Timing? {
    let known = shards.compactMap(\.record.timing)
    return known.first.map { known.dropFirst().reduce($0) { $0.adding($1) } }
  }

  /// What a merge came to.
  public struct Outcome {
    /// What is missing, one line each.
    public let gaps: [String]
    /// Why cells and certificates that are not settled failed, by id.
    public let failures: [String: String]
  }

  /// Takes everything over into a folder, in which `run` goes on.
  /// - Parameter isPartial: whether something may be missing.
  /// - Throws: `HarnessError.incomplete` if something is and must not; nothing is taken over then. `LedgerError` if two
  ///   shards contradict each other.
  public func write(to folder: RunFolder, isPartial: Bool) throws -> Outcome {
    let outcome = try outcome(with: folder)
    guard outcome.gaps.isEmpty || isPartial else { throw HarnessError.incomplete(outcome.gaps) }
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    let ledger = try Ledger(at: folder.ledger)
    for shard in shards where FileManager.default.fileExists(atPath: shard.folder.ledger) {
      try ledger.absorb(shard.folder.ledger)
    }
    try takeModels(to: folder)
    try folder.write(Data(suite.resolvedText.utf8), to: folder.resolvedSuite)
    return outcome
  }

  private func outcome(with folder: RunFolder) throws -> Outcome {
    let settled = try SettledWork(shards.map(\.folder) + [folder])
    if let path = settled.busy.first { throw HarnessError.busy(path: path) }
    // What failed in one place and was settled in another did not fail. Of several reasons the first shard's counts.
    let reasons = shards.sorted { $0.record.shard < $1.record.shard }.reduce(into: [String: String]()) { all, shard in
      all.merge(shard.record.failures) { first, _ in first }
    }
    let open = try settled.gaps(in: plan)
    let failures = reasons.filter { reason in open.contains { $0.id == reason.key } }
    var gaps = open.filter { failures[$0.id] == nil }.map(\.text)
    let work = WorkEstimate(plan)
    let needed = plan.cells.filter { $0.inapplicable == nil && failures[$0.id] == nil }
      .reduce(into: Set<String>()) { $0.formUnion(work.models(of: $1.subject)) }
    for model in plan.models where needed.contains(model.entry.key) && places(of: model.id, in: folder).isEmpty {
      gaps.append("the model \(model.entry.key) (--models names the folder that shards shared)")
    }
    return Outcome(gaps: gaps.isEmpty ? [] : missingShards + gaps, failures: failures)
  }

  /// Shards are named only where all are of one kind: otherwise cells say enough.
  private var missingShards: [String] {
    guard let count = shards.first?.record.of, shards.allSatisfy({ $0.record.of == count }) else { return [] }
    let given = Set(shards.map(\.record.shard))
    let unfinished = shards.filter { !$0.record.isFinished }.sorted { $0.record.shard < $1.record.shard }
    return (1...count).filter { !given.contains($0) }.map { "shard \($0)/\(count) was not given" }
      + unfinished.map { "shard \($0.record.shard)/\(count) (\($0.folder.path)) has not ended" }
  }

  /// Where a model is, the folder of the merged run first.
  private func places(of model: String, in folder: RunFolder) -> [String] {
    let name = "\(model).safetensors"
    let all = [folder.model(model)] + shards.map { $0.folder.model(model) } + (models.map { ["\($0)/\(name)"] } ?? [])
    return all.filter { FileManager.default.fileExists(atPath: $0) }
  }

  private func takeModels(to folder: RunFolder) throws {
    for model in plan.models {
      let places = places(of: model.id, in: folder)
      guard let first = places.first else { continue }
      let hash = try ContentHash.ofFile(first)
      for other in places.dropFirst() where try ContentHash.ofFile(other) != hash {
        throw HarnessError.unlike(
          first, other, "the model \(model.entry.key) has other weights in one than in the other; remove the wrong one")
      }
      guard first != folder.model(model.id) else { continue }
      let partial = folder.model(model.id) + ".partial"
      do {
        try? FileManager.default.removeItem(atPath: partial)
        try FileManager.default.copyItem(atPath: first, toPath: partial)
        try FileManager.default.moveItem(atPath: partial, toPath: folder.model(model.id))
      } catch { throw HarnessError.unwritable(path: folder.model(model.id), reason: RunFolder.reason(error)) }
    }
  }
}
