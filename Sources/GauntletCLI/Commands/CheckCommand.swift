internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Harness

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Is a defense robust, or are its gradients hidden? Attacks it in many ways.",
    discussion: """
      Example: gauntlet check mine:eps=4/255
      Trains a small network on drawn pictures without the defense and with it, and attacks both: by gradients, from other \
      starts, by mean gradients (EoT), by the gradient of what a wrapper wraps (BPDA), by images that fool the undefended \
      network, and without gradients (square). A wrapper stands around the undefended network. Exit: 0 passed, 3 refused.
      """)

  @Argument(help: "The defense, with settings.")
  var defense: String
  @Option(help: "What the defense trains on; pictures of 32 × 32. Default: drawn shapes.")
  var on: String?
  @Option(
    help: "The defended network's architecture. Default: that of the undefended one, small-conv, and its weights.")
  var architecture: String?
  @Flag(help: "The defended network imitates the undefended one; needs --architecture.")
  var imitate = false
  @Option(help: "Seed of every random choice.")
  var seed: UInt64 = 1
  @OptionGroup var compute: ComputeOptions
  @Flag(help: "Print JSON.")
  var json = false
  @Flag(help: "No progress on stderr.")
  var quiet = false

  func validate() throws {
    if imitate, architecture == nil { throw ValidationError("--imitate needs --architecture") }
  }

  func run() throws {
    compute.apply()
    Interruption.listen()
    var recipe = DefenseTrial.Recipe()
    recipe.defenseDataset = on
    recipe.architecture = architecture
    recipe.imitates = imitate
    let report = try DefenseTrial(
      defense, recipe: recipe, registry: GauntletCLI.registry, seed: seed, progress: Progress(silent: quiet)
    ).report()
    if json { try Output.json(report) } else { Output.text(SelfAttackText(report).text) }
    guard report.refusals.isEmpty else {
      throw CommandError.invalid(
        "\(defense) is refused: " + report.refusals.map { "\($0.text) [\($0.check)]" }.joined(separator: "; "))
    }
  }
}
