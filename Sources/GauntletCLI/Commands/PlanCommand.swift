internal import ArgumentParser
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
  @Flag(help: "Print JSON.")
  var json = false
  @Flag(help: "Print the resolved suite too.")
  var resolved = false

  private struct CellDescription: Encodable {
    let id: String
    let subject: String
    let dataset: String
    let attack: String?
    let task: String
    let samples: Int
    let forwards: Int
    let backwards: Int
    let inapplicable: String?
  }

  func run() throws {
    compute.apply()
    let plan = try Plan(try suite.load(), limit: limit)
    let cells = plan.cells.map { cell in
      CellDescription(
        id: cell.id, subject: cell.subject.key, dataset: cell.dataset.key, attack: cell.attack?.key,
        task: cell.task.rawValue, samples: cell.inapplicable == nil ? cell.samples.count : 0,
        forwards: cell.inapplicable == nil ? cell.expectedCost.forwards : 0,
        backwards: cell.inapplicable == nil ? cell.expectedCost.backwards : 0, inapplicable: cell.inapplicable)
    }
    if json { return try Output.json(cells) }
    if resolved { Output.line(plan.suite.resolvedText) }
    for model in plan.models {
      Output.line(
        "train  \(model.id.prefix(8))  \(model.entry.key): \(model.entry.use.resolvedText) on \(model.entry.dataset)")
    }
    for cell in cells {
      let title = [cell.subject, cell.dataset, cell.attack].compactMap { $0 }.joined(separator: " × ")
      if let reason = cell.inapplicable {
        Output.line("–      \(String(cell.id.prefix(8)))  \(title): not applicable: \(reason)")
      } else {
        Output.line(
          "cell   \(cell.id.prefix(8))  \(title): \(cell.samples) samples, at most \(cell.forwards) forward and "
            + "\(cell.backwards) backward passes")
      }
    }
    let runnable = cells.filter { $0.inapplicable == nil }
    Output.line(
      "\(plan.models.count) models to train, \(runnable.count) cells, \(runnable.reduce(0) { $0 + $1.forwards }) forward "
        + "and \(runnable.reduce(0) { $0 + $1.backwards }) backward passes; \(cells.count - runnable.count) not applicable"
    )
  }
}
