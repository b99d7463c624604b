internal import ArgumentParser
internal import FileFormats
internal import GauntletKit
internal import Tensors

struct DistanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distance", abstract: "The distance of two pictures, or of two arrays of images row by row.",
    discussion: "Pictures are resized to the size that the metric takes, if it takes one size only; arrays never are.")

  @Argument(help: "The metric.")
  var metric: String
  @Argument(help: "A picture, or an .npy array ([N, C, H, W], in [0, 1]).")
  var first: String
  @Argument(help: "A picture, or an array of the same shape.")
  var second: String
  @OptionGroup var compute: ComputeOptions
  @Option(name: .shortAndLong, help: "Write the distances as an .npy array of shape [N].")
  var output: String?
  @Flag(help: "Print JSON.")
  var json = false

  private struct Result: Encodable {
    let metric: String
    let version: String
    let distances: [Float]
  }

  func run() throws {
    compute.apply()
    let metric = try PluginArgument.metric(metric)
    let spec = ImageInput.spec(of: metric)
    let (a, b) = (try ImageInput.load([first], as: spec), try ImageInput.load([second], as: spec))
    guard a.shape == b.shape else {
      throw CommandError.badData("\(first) has shape \(a.shape), \(second) has \(b.shape); they must be equal")
    }
    try ImageInput.check(a, for: metric, named: first)
    let distances = try metric.distances(a, b)
    if let output { try NPY.write(distances, to: output) }
    if json {
      return try Output.json(
        Result(metric: metric.card.id, version: metric.card.version, distances: distances.scalars))
    }
    for distance in distances.scalars { Output.line("\(distance)") }
  }
}
