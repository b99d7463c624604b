internal import ArgumentParser
internal import FileFormats
internal import GauntletKit
internal import Gradients
internal import Tensors

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Embed images: one row an image, as the metric compares them.",
    discussion: "Geometry N and C give rows of norm 1; geometry E gives the raw output of the network.")

  @Argument(help: "The metric, such as embedding:weights=model.safetensors.")
  var metric: String
  @Argument(help: "Picture files.")
  var images: [String] = []
  @Option(help: "Images as one .npy array (float32, [N, C, H, W], in [0, 1]).")
  var input: String?
  @Option(name: .shortAndLong, help: "The .npy file to write: [N, D].")
  var output: String
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if images.isEmpty == (input == nil) { throw ValidationError("name either picture files or --input FILE.npy") }
  }

  func run() throws {
    compute.apply()
    let metric = try PluginArgument.embeddingMetric(metric)
    let images = try input.map { try ImageInput.array($0) } ?? ImageInput.load(images, as: ImageInput.spec(of: metric))
    try ImageInput.check(images, for: metric, named: input ?? "the pictures")
    let embeddings = try metric.placedEmbeddings(of: images)
    try NPY.write(embeddings, to: output)
    Output.line(
      "\(output): \(embeddings.rows) embeddings of \(metric.dimension) dimensions, geometry \(metric.geometry.rawValue)"
    )
  }
}
