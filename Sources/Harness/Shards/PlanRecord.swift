public import Foundation
internal import GauntletKit
internal import Results

/// What `gauntlet plan --json` prints, and `gauntlet run --shard I/N --plan FILE` reads: the cells, what they cost, what is
/// missing, and who is to do it. Written down in Documentation/Clusters.md.
public struct PlanRecord: Codable, Sendable {
  public static let currentSchema = "gauntlet-plan/1"

  public struct Model: Codable, Sendable {
    public let id: String
    public let model: String
    public let defense: String
    public let dataset: String
    /// Multiply-adds of its training, roughly.
    public let work: Double
  }

  /// A cell, or a certificate: subject, dataset, and the attack if there is one.
  public struct Cell: Codable, Sendable {
    public let id: String
    public let subject: String
    public let dataset: String
    public let attack: String?
    public let task: String
    public let samples: Int
    /// How many of the samples are not settled.
    public let missing: Int
    /// Passes at the most, of all samples.
    public let forwards: Int
    public let backwards: Int
    /// Multiply-adds, roughly; absent where the subject is no network of the suite's own.
    public let work: Double?
    /// Why it is not run; absent if it is.
    public let inapplicable: String?
  }

  public struct Part: Codable, Sendable {
    public struct Piece: Codable, Sendable {
      /// A cell's id, or, where only a certificate of it is missing, the certificate's.
      public let cell: String
      public let samples: [Int]
    }

    public let shard: Int
    public let of: Int
    /// The models that it needs, in an order in which they can be trained.
    public let models: [String]
    public let pieces: [Piece]
    public let samples: Int
    public let forwards: Int
    public let backwards: Int
  }

  public var schema = currentSchema
  public let suite: String
  public let models: [Model]
  public let cells: [Cell]
  public let certificates: [Cell]
  /// Folders that another process is working in: nothing of what is settled there is taken into account.
  public let busy: [String]
  public let shards: [Part]

  /// - Parameters:
  ///   - count: how many shards share what is missing.
  ///   - folders: where samples may be settled.
  public init(_ plan: Plan, shards count: Int, settledIn folders: [RunFolder]) throws {
    let settled = try SettledWork(folders)
    let missing = try settled.missing(of: plan)
    let work = WorkEstimate(plan)
    suite = plan.suite.name
    busy = settled.busy
    models = plan.models.map { cell in
      Model(
        id: cell.id, model: cell.entry.key, defense: cell.entry.use.resolvedText, dataset: cell.entry.dataset,
        work: work.training(of: cell.entry.key))
    }
    cells = zip(plan.cells, missing.cells).map { cell, open in
      let isRun = cell.inapplicable == nil
      let cost = isRun ? cell.expectedCost : Cost()
      return Cell(
        id: cell.id, subject: cell.subject.key, dataset: cell.dataset.key, attack: cell.attack?.key,
        task: cell.task.rawValue, samples: isRun ? cell.samples.count : 0, missing: isRun ? open.samples.count : 0,
        forwards: cost.forwards, backwards: cost.backwards,
        work: work.pass(of: cell.subject.source).map { $0 * Double(cost.forwards + cost.backwards) },
        inapplicable: cell.inapplicable)
    }
    certificates = try plan.certificates.map { certificate in
      let done = try settled.samples(of: certificate.id)
      let isAnswered = try settled.hasValue(Runner.noClaim, of: certificate.id)
      return Cell(
        id: certificate.id, subject: certificate.subject.key, dataset: certificate.dataset.key,
        attack: certificate.attack?.key, task: certificate.task.rawValue, samples: certificate.samples.count,
        missing: isAnswered ? 0 : certificate.samples.count { !done.contains($0) },
        forwards: certificate.samples.count, backwards: 0,
        work: work.pass(of: certificate.subject.source).map { $0 * Double(certificate.samples.count) },
        inapplicable: nil)
    }
    shards = zip(Shard.all(of: count), missing.parts(count)).map { Part($0, $1, work) }
  }

  /// The record in a file.
  /// - Throws: `HarnessError.missing`, `ResultsError`.
  public init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw HarnessError.missing(path: path, what: "plan; gauntlet plan SUITE --shards N --json prints one")
    }
    self = try VersionedJSON.decode(data, schema: Self.currentSchema, file: path)
  }

  public func encoded() throws -> Data { try VersionedJSON.encode(self) }

  /// The part of a plan that is a shard's, as this record deals it out.
  /// - Parameter path: where the record is, for messages.
  /// - Throws: `HarnessError.unreadable` if the record is of another plan, or of another number of shards.
  public func part(_ shard: Shard, of plan: Plan, path: String) throws -> Plan {
    func fail(_ reason: String) -> HarnessError { .unreadable(path: path, reason: reason) }
    guard let part = shards.first(where: { $0.shard == shard.index && $0.of == shard.count }) else {
      throw fail("it has no shard \(shard); it was made with --shards \(shards.count)")
    }
    let cells = plan.cells.filter { $0.inapplicable == nil }.map { ($0.id, ($0.title, $0.samples, $0.isWhole)) }
    let certificates = plan.certificates.map { ($0.id, ($0.title, $0.samples, false)) }
    let known = Dictionary(cells + certificates) { first, _ in first }
    var share: [String: Set<Int>] = [:]
    for piece in part.pieces {
      guard let (title, samples, isWhole) = known[piece.cell] else {
        throw fail(
          "its cell \(piece.cell.prefix(8)) is none of this suite's; was it made for another suite, other data, another "
            + "version, or on a processor with another instruction set?")
      }
      guard Set(piece.samples).isSubset(of: samples), !isWhole || piece.samples.count == samples.count else {
        throw fail("the samples of \(title) are not those of this suite; was it made with another --limit?")
      }
      share[piece.cell, default: []].formUnion(piece.samples)
    }
    return plan.taking(share)
  }
}

extension Plan {
  /// Some samples of cells and certificates, by id.
  fileprivate func taking(_ share: [String: Set<Int>]) -> Plan {
    var plan = restricted({ _, cell in cell.samples.filter { share[cell.id]?.contains($0) ?? false } }, { _, _ in [] })
    for (place, certificate) in certificates.enumerated() {
      let kept = Set(plan.certificates[place].samples).union(share[certificate.id] ?? [])
      plan.certificates[place].samples = certificate.samples.filter(kept.contains)
    }
    return plan
  }
}

extension PlanRecord.Part {
  init(_ shard: Shard, _ part: Plan, _ work: WorkEstimate) {
    let cells = part.cells.filter { $0.inapplicable == nil && !$0.samples.isEmpty }
    var needed = cells.reduce(into: Set<String>()) { found, cell in
      found.formUnion(work.models(of: cell.subject))
      if let surrogate = work.surrogate(of: cell) { found.formUnion(work.models(of: surrogate)) }
    }
    let asked = Dictionary(part.cells.map { ($0.key, Set($0.samples)) }) { first, _ in first }
    let proved = part.certificates.compactMap { certificate -> Piece? in
      let left = certificate.samples.filter { !(asked[certificate.key]?.contains($0) ?? false) }
      if !left.isEmpty { needed.formUnion(work.models(of: certificate.subject)) }
      return left.isEmpty ? nil : Piece(cell: certificate.id, samples: left)
    }
    self.init(
      shard: shard.index, of: shard.count, models: part.models.map(\.entry.key).filter(needed.contains),
      pieces: cells.map { Piece(cell: $0.id, samples: $0.samples) } + proved,
      samples: cells.reduce(0) { $0 + $1.samples.count },
      forwards: cells.reduce(0) { $0 + $1.expectedCost.forwards },
      backwards: cells.reduce(0) { $0 + $1.expectedCost.backwards })
  }
}
