internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Harness

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Make one run of its shards.",
    discussion: """
      The result is that of a single process, byte for byte, times aside. Shards of different suites, versions, data or \
      instruction sets are refused, as are shards that contradict each other; what is missing is named. Nothing is \
      attacked or trained again but the few samples whose pictures the report shows.
      """)

  @Argument(help: ArgumentHelp("The shards' folders.", valueName: "shard"))
  var shards: [String]
  @Option(help: "The folder of the whole run.")
  var out: String
  @Option(help: "The folder of trained models that the shards shared.")
  var models: String?
  @Flag(help: "Merge although something is missing: no scores, but a folder in which gauntlet run goes on.")
  var incomplete = false
  @OptionGroup var compute: ComputeOptions
  @Flag(help: "Print the results as JSON instead of a table.")
  var json = false
  @Flag(help: "No progress on stderr.")
  var quiet = false

  func validate() throws {
    let places = (shards + [out]).map { URL(fileURLWithPath: $0).standardizedFileURL.resolvingSymlinksInPath().path }
    for (place, path) in places.enumerated() where places[..<place].contains(path) {
      throw ValidationError("\((shards + [out])[place]) is named twice; --out is a folder of its own")
    }
  }

  func run() throws {
    compute.apply()
    Interruption.listen()
    let started = Date()
    let progress = Progress(silent: quiet)
    let merge = try Merge(
      shards, models: models, registry: GauntletCLI.registry, version: GauntletCommand.version)
    let folder = try RunFolder(out)
    let outcome = try merge.write(to: folder, isPartial: incomplete)
    guard outcome.gaps.isEmpty else {
      Output.text(outcome.gaps.map { "missing: \($0)\n" }.joined())
      Output.line("\(merge.reproduce) --out \(out) does what is missing")
      return
    }
    let runner = try Runner(merge.plan, in: folder, progress: progress)
    try runner.settle(outcome.failures)
    var record = try runner.record(version: GauntletCommand.version, reproduce: merge.reproduce, started: started)
    if let own = record.timing { record.timing = merge.timing?.adding(own) ?? own }
    try RunOutcome(record: record, samples: try runner.samples(), folder: folder.path).report(asJSON: json)
  }
}
