internal import ArgumentParser
internal import GauntletKit
internal import Gradients
internal import Tensors

struct CertifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "What is proved of a metric's answers on given images: radii as JSON. No attack is run.",
    discussion: """
      Two alternatives: --reference, --first, --second (pictures or arrays): within which l2 radius nothing changes which \
      candidate is nearer, when the reference, a candidate, both or all three move.
      Ranking: --gallery with --labels, and --queries: within which radius an item of the query's class stays first.
      Radii are in l2 of pixels in [0, 1]. A metric without a finite Lipschitz constant is certified for nothing, and the \
      command says so.
      """)

  @Argument(help: "The metric, such as lipsim:weights=model.pth.")
  var metric: String
  @Option(help: "References: a picture or an .npy array.") var reference: String?
  @Option(help: "First candidates.") var first: String?
  @Option(help: "Second candidates.") var second: String?
  @Option(parsing: .upToNextOption, help: "Gallery: picture files or one .npy array.") var gallery: [String] = []
  @Option(help: "Labels of the gallery: .npy, or a text file with one label a line.") var labels: String?
  @Option(help: "Indices of the gallery images that move, such as 0,3,17; by default all.") var queries: String?
  @OptionGroup var compute: ComputeOptions

  private struct Result: Encodable {
    let metric: String
    let version: String
    /// The constant is proved, not estimated.
    let kind = "deterministic"
    let lipschitz: Double
    let proof: String
    /// What a computed embedding may differ from the real one, as a share of its norm: taken off every radius.
    let relativeError: Double
    let samples: [[String: Double]]
  }

  func validate() throws {
    let alternatives = [reference, first, second].compactMap { $0 }.count
    guard alternatives == 3 && gallery.isEmpty || alternatives == 0 && !gallery.isEmpty && labels != nil else {
      throw ValidationError("give --reference, --first and --second, or --gallery and --labels")
    }
  }

  func run() throws {
    compute.apply()
    let metric = try PluginArgument.embeddingMetric(metric)
    guard let claim = try metric.lipschitzClaim() else {
      throw CommandError.usage(
        "\(metric.card.id): no finite Lipschitz constant is known, so nothing is certified; name a metric such as lipsim"
      )
    }
    let samples = gallery.isEmpty ? try decisions(metric, claim) : try rankings(metric, claim)
    try Output.json(
      Result(
        metric: metric.card.id, version: metric.card.version, lipschitz: claim.constant, proof: claim.proof,
        relativeError: claim.relativeError, samples: samples))
  }

  private func decisions(_ metric: any EmbeddingMetric, _ claim: LipschitzClaim) throws -> [[String: Double]] {
    let spec = ImageInput.spec(of: metric)
    var embeddings: [Tensor] = []
    for path in [reference, first, second].compactMap({ $0 }) {
      let images = try ImageInput.load([path], as: spec)
      try ImageInput.check(images, for: metric, named: path)
      embeddings.append(try metric.embed(Variable(constant: images)).value)
      guard embeddings[0].shape == embeddings[embeddings.count - 1].shape else {
        throw CommandError.badData(
          "\(path): has \(images.rows) images, the references are \(embeddings[0].rows); they must be as many")
      }
    }
    return (0..<embeddings[0].rows).map { row in
      let certificate = TwoAlternativeCertificate(
        reference: embeddings[0].row(row).scalars, first: embeddings[1].row(row).scalars,
        second: embeddings[2].row(row).scalars, geometry: metric.geometry, claim: claim)
      var radii = ["published (no certificate)": certificate.published]
      for moved in TwoAlternativeCertificate.Moved.allCases { radii[moved.rawValue] = certificate[moved] }
      return radii
    }
  }

  private func rankings(_ metric: any EmbeddingMetric, _ claim: LipschitzClaim) throws -> [[String: Double]] {
    let task = try RankingInput.task(metric, gallery: gallery, labels: labels ?? "", queries: queries, seed: 0)
    return zip(task.ids, try task.recallRadii(claim: claim)).map { ["query": Double($0), "recall@1": $1] }
  }
}
