import GauntletKit
import Gradients
import RankingDefenses
import Tensors
import Testing

/// Losses and gradients by pytorch-metric-learning (Tests/Reference/ranking_losses.py).
struct RankingLossTests {
  struct Golden: Decodable {
    struct Loss: Decodable {
      let loss: Double
      let gradient: [Double]
      let boundaryGradient: [Double]?
    }
    let labels: [Int]
    let shape: [Int]
    let embeddings: [Float]
    let anchors: [Int]
    let positives: [Int]
    let negatives: [Int]
    let betas: [Float]
    let triplet: Loss
    let contrastive: Loss
    let margin: Loss
    let multiSimilarity: Loss
    let snr: Loss

    var leaf: Variable { Variable(leaf: Tensor(embeddings, [shape[0], shape[1]])) }

    func views(_ leaf: Variable) -> TripletViews<Variable> {
      TripletViews(anchors: leaf.rows(anchors), positives: leaf.rows(positives), negatives: leaf.rows(negatives))
    }
  }

  private func check(_ loss: Variable, _ leaf: Variable, _ expected: Golden.Loss) throws {
    #expect(abs(Double(loss.value[0]) - expected.loss) < 2e-6)
    let gradient = try loss.gradient(of: leaf).scalars
    #expect(gradient.count == expected.gradient.count && expected.gradient.contains { abs($0) > 1e-3 })
    for (ours, theirs) in zip(gradient, expected.gradient) { #expect(abs(Double(ours) - theirs) < 5e-6) }
  }

  @Test func triplet() throws {
    let golden = try golden("losses", as: Golden.self)
    let leaf = golden.leaf
    let views = golden.views(leaf)
    let loss = TripletLoss(geometry: .sphere, margin: 0.2)
    try check(
      loss.mean(anchors: views.anchors, positives: views.positives, negatives: views.negatives), leaf, golden.triplet)
  }

  @Test func contrastive() throws {
    let golden = try golden("losses", as: Golden.self)
    let leaf = golden.leaf
    try check(ContrastiveLoss(geometry: .sphere).mean(golden.views(leaf)), leaf, golden.contrastive)
  }

  @Test func margin() throws {
    let golden = try golden("losses", as: Golden.self)
    let leaf = golden.leaf
    let betas = golden.anchors.map { golden.betas[golden.labels[$0]] }
    let boundaries = Variable(leaf: Tensor(betas, [betas.count]))
    let loss = MarginLoss(geometry: .sphere).mean(golden.views(leaf), boundaries: boundaries)
    try check(loss, leaf, golden.margin)
    var slopes = [Double](repeating: 0, count: golden.betas.count)
    for (anchor, slope) in zip(golden.anchors, try loss.gradient(of: boundaries).scalars) {
      slopes[golden.labels[anchor]] += Double(slope)
    }
    let expected = try #require(golden.margin.boundaryGradient)
    #expect(zip(slopes, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func multiSimilarity() throws {
    let golden = try golden("losses", as: Golden.self)
    let leaf = golden.leaf
    try check(MultiSimilarityLoss().mean(leaf, labels: golden.labels), leaf, golden.multiSimilarity)
  }

  @Test func signalToNoise() throws {
    let golden = try golden("losses", as: Golden.self)
    let leaf = golden.leaf
    try check(SignalToNoiseLoss().mean(golden.views(leaf)), leaf, golden.snr)
  }
}
