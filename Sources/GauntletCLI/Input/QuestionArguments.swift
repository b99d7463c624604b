internal import ArgumentParser
internal import GauntletKit
internal import Tensors

/// A question about given images: two alternatives, or a ranking.
struct QuestionArguments: ParsableArguments {
  @Option(help: "References: a picture or an .npy array.") var reference: String?
  @Option(help: "First candidates.") var first: String?
  @Option(help: "Second candidates.") var second: String?
  @Option(parsing: .upToNextOption, help: "Gallery: picture files or one .npy array.") var gallery: [String] = []
  @Option(help: "Labels of the gallery: .npy, or a text file with one label a line.") var labels: String?
  @Option(help: "Indices of the gallery images that are asked about, such as 0,3,17; by default all.")
  var queries: String?

  func validate() throws {
    let alternatives = [reference, first, second].compactMap { $0 }.count
    guard alternatives == 3 && gallery.isEmpty || alternatives == 0 && !gallery.isEmpty && labels != nil else {
      throw ValidationError("give --reference, --first and --second, or --gallery and --labels")
    }
  }

  var isRanking: Bool { !gallery.isEmpty }

  /// References, first and second candidates, equally many of one shape.
  func alternatives(for metric: any Metric) throws -> [Tensor] {
    let spec = ImageInput.spec(of: metric)
    var images: [Tensor] = []
    for path in [reference, first, second].compactMap({ $0 }) {
      let batch = try ImageInput.load([path], as: spec)
      try ImageInput.check(batch, for: metric, named: path)
      guard images.isEmpty || images[0].shape == batch.shape else {
        throw CommandError.badData("\(path): has shape \(batch.shape), the references have \(images[0].shape)")
      }
      images.append(batch)
    }
    return images
  }

  func ranking(_ metric: any EmbeddingMetric, seed: UInt64) throws -> RetrievalTask {
    try RankingInput.task(metric, gallery: gallery, labels: labels ?? "", queries: queries, seed: seed)
  }
}
