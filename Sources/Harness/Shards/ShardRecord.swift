internal import Foundation
public import Results

/// `shard.json`: what a shard works on, and what the ledger does not hold of its work.
public struct ShardRecord: Codable, Sendable {
  public static let currentSchema = "gauntlet-shard/1"

  public var schema = currentSchema
  public let shard: Int
  public let of: Int
  public let identity: PlanIdentity
  /// At most so many samples a dataset.
  public let limit: Int?
  /// The command that repeats the whole run.
  public let reproduce: String
  /// Whether its part is done, failed cells included.
  public var isFinished = false
  /// Why cells and certificates failed, by id.
  public var failures: [String: String] = [:]
  /// Of all processes that ended by themselves.
  public var timing: RunRecord.Timing?

  public init(_ shard: Shard, identity: PlanIdentity, limit: Int?, reproduce: String) {
    self.shard = shard.index
    of = shard.count
    self.identity = identity
    self.limit = limit
    self.reproduce = reproduce
  }

  /// The record of a folder; nil where there is none.
  /// - Throws: `ResultsError` for what is no such record.
  public init?(in folder: RunFolder) throws {
    guard let data = FileManager.default.contents(atPath: folder.shard) else { return nil }
    self = try VersionedJSON.decode(data, schema: Self.currentSchema, file: folder.shard)
    guard Shard(shard, of: of) != nil else {
      throw ResultsError.inconsistent(file: folder.shard, key: "shard", reason: "there is no shard \(shard)/\(of)")
    }
  }

  public func write(to folder: RunFolder) throws {
    try folder.write(try VersionedJSON.encode(self, isPretty: true), to: folder.shard)
  }
}

extension RunRecord.Timing {
  /// Of work that was done in several processes: times of the same thing add up.
  package func adding(_ other: RunRecord.Timing) -> RunRecord.Timing {
    var sum = self
    sum.started = min(started, other.started)
    sum.finished = max(finished, other.finished)
    sum.seconds += other.seconds
    if !processor.components(separatedBy: ", ").contains(other.processor) { sum.processor += ", \(other.processor)" }
    sum.threads = max(threads, other.threads)
    sum.peakMemory = [peakMemory, other.peakMemory].compactMap(\.self).max()
    sum.cells.merge(other.cells, uniquingKeysWith: +)
    sum.subjects.merge(other.subjects, uniquingKeysWith: +)
    return sum
  }
}
