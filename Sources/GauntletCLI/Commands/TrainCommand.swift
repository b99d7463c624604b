internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Harness

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Make a defended model: progress, checkpoints, resume.",
    discussion: """
      Example: gauntlet train act:eps=8/255,steps=8 --on image-folder:path=pictures,size=64 --architecture resnet18 \
      --from pretrained.safetensors -o act.safetensors
      A training that was interrupted goes on from its last checkpoint, beside the output file, and gives the same weights.
      """)

  @Argument(help: "The defense.")
  var defense: String
  @Option(help: "The dataset to train on.")
  var on: String
  @Option(help: "Start from these weights (.safetensors written by train).")
  var from: String?
  @Option(help: "The architecture, if not started from weights.")
  var architecture: String?
  @Option(help: "A metric to imitate, for defenses that distil; may be given several times.")
  var teacher: [String] = []
  @Option(help: "The embedding's dimension.")
  var embedding: Int = 512
  @Option(help: "Pixel normalisation inside the network: imagenet, clip or none.")
  var normalization: String = "none"
  @Option(help: "Geometry: N, E or C.")
  var geometry: String = "N"
  @Option(help: "Seed of every random choice.")
  var seed: UInt64 = 0
  @Option(name: .shortAndLong, help: "The .safetensors file to write.")
  var output: String
  @OptionGroup var compute: ComputeOptions
  @Flag(help: "No progress on stderr.")
  var quiet = false

  func validate() throws {
    if (from == nil) == (architecture == nil) { throw ValidationError("give either --architecture or --from") }
  }

  func run() throws {
    compute.apply()
    Interruption.listen()
    let training = try Training(
      defense: defense, dataset: on, registry: GauntletCLI.registry, seed: seed,
      teachers: try teacher.map { try PluginArgument.embeddingMetric($0) },
      start: try from.map { .weights($0) }
        ?? .fresh(
          try Blueprint(
            architecture: architecture ?? "", embedding: embedding, normalization: normalization, geometry: geometry)))
    try training.run(to: output, progress: Progress(silent: quiet))
    Output.line(output)
  }
}
