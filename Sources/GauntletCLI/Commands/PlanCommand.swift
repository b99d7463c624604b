internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Harness

/// The suite file that a command is about, by path or by the name of one that comes along.
struct SuiteArgument: ParsableArguments {
  @Argument(help: "The suite file (.yaml).")
  var suite: String

  func load() throws -> Suite { try Suite(contentsOf: suite, registry: GauntletCLI.registry) }
}

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check a suite file: every mistake, with its line, at once.")

  @OptionGroup var suite: SuiteArgument

  func run() throws {
    let suite = try suite.load()
    Output.line(
      "\(self.suite.suite): sound: \(suite.datasets.count) datasets, \(suite.subjects.count) subjects, "
        + "\(suite.attacks.count) attacks")
  }
}

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a suite comes to: models to train, cells, and what they cost.")

  @OptionGroup var suite: SuiteArgument
  @OptionGroup var compute: ComputeOptions
  @Option(help: "At most so many samples a dataset.")
  var limit: Int?
  @Option(help: "Share what is missing among so many shards.")
  var shards: Int = 1
  @Option(help: "The folder of the run: what is settled there, and in the folders of its shards, is not missing.")
  var out: String?
  @Flag(help: "Print JSON, which gauntlet run --shard I/N --plan reads.")
  var json = false
  @Flag(help: "Print the resolved suite too.")
  var resolved = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit takes at least 1, got \(limit)") }
    if Shard(1, of: shards) == nil { throw ValidationError("--shards takes 1 to \(Shard.limit), got \(shards)") }
  }

  func run() throws {
    compute.apply()
    let plan = try Plan(try suite.load(), limit: limit)
    let record = try PlanRecord(plan, shards: shards, settledIn: try folders(of: plan))
    if json { return Output.text(String(decoding: try record.encoded(), as: UTF8.self)) }
    if resolved { Output.line(plan.suite.resolvedText) }
    Output.text(PlanText(record).lines.map { $0 + "\n" }.joined())
  }

  private func folders(of plan: Plan) throws -> [RunFolder] {
    guard let out else { return [] }
    guard FileManager.default.fileExists(atPath: out) else {
      throw CommandError.missing(path: out, what: "run folder")
    }
    return try RunFolder.withShards(out, of: PlanIdentity(plan, version: GauntletCommand.version))
  }
}
