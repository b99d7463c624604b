public import Foundation
internal import Ledger

/// One shard's part of a run.
public struct ShardRun {
  public let folder: RunFolder
  public private(set) var record: ShardRecord
  private let runner: Runner

  /// - Parameters:
  ///   - part: what is the shard's of the plan.
  ///   - record: who it is; times of earlier processes of the same work, in the same folder, are kept.
  public init(
    _ part: Plan, record: ShardRecord, in folder: RunFolder, batch: Int? = nil, progress: Progress
  ) throws {
    self.folder = folder
    self.record = record
    runner = try Runner(part, in: folder, batch: batch, progress: progress)
    // Read under the lock, which the runner holds.
    if let earlier = try ShardRecord(in: folder), earlier.identity == record.identity {
      self.record.timing = earlier.timing
    }
    try self.record.write(to: folder)
  }

  /// Runs what is missing of the part. The folder says how it ended, also after an interruption.
  public mutating func run(started: Date) throws {
    defer { withExtendedLifetime(runner) {} }
    do { try runner.run() } catch {
      settle(started)
      // The error is what the caller must hear of.
      try? record.write(to: folder)
      throw error
    }
    settle(started)
    record.isFinished = true
    try record.write(to: folder)
  }

  private mutating func settle(_ started: Date) {
    let own = runner.timing(started)
    record.timing = record.timing.map { $0.adding(own) } ?? own
    record.failures = runner.failures
  }

  /// Samples of cells and certificates that are the part's, and how many of those are settled.
  public func progress() throws -> (settled: Int, wanted: Int, cells: Int) {
    var (settled, wanted, cells) = (0, 0, 0)
    for cell in runner.plan.cells where cell.inapplicable == nil && !cell.samples.isEmpty {
      let done = try runner.ledger.samples(of: cell.id)
      settled += cell.samples.count(where: done.contains)
      wanted += cell.samples.count
      cells += 1
    }
    return (settled, wanted, cells)
  }
}
