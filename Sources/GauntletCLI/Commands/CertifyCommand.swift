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
  @OptionGroup var question: QuestionArguments
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

  func run() throws {
    compute.apply()
    let metric = try PluginArgument.embeddingMetric(metric)
    guard let claim = try metric.lipschitzClaim() else {
      throw CommandError.usage(
        "\(metric.card.id): no finite Lipschitz constant is known, so nothing is certified; name a metric such as lipsim"
      )
    }
    let samples = question.isRanking ? try rankings(metric, claim) : try decisions(metric, claim)
    try Output.json(
      Result(
        metric: metric.card.id, version: metric.card.version, lipschitz: claim.constant, proof: claim.proof,
        relativeError: claim.relativeError, samples: samples))
  }

  private func decisions(_ metric: any EmbeddingMetric, _ claim: LipschitzClaim) throws -> [[String: Double]] {
    let embeddings = try question.alternatives(for: metric).map { try metric.embed(Variable(constant: $0)).value }
    return (0..<embeddings[0].rows).map { row in
      let certificate = TwoAlternativeCertificate(
        reference: embeddings[0].row(row).scalars, first: embeddings[1].row(row).scalars,
        second: embeddings[2].row(row).scalars, geometry: metric.geometry, claim: claim)
      var radii = ["published (no certificate)": certificate.published]
      for moved in MovedImages.allCases { radii[moved.rawValue] = certificate[moved] }
      return radii
    }
  }

  private func rankings(_ metric: any EmbeddingMetric, _ claim: LipschitzClaim) throws -> [[String: Double]] {
    let task = try question.ranking(metric, seed: 0)
    return zip(task.ids, try task.recallRadii(claim: claim)).map { ["query": Double($0), "recall@1": $1] }
  }
}
