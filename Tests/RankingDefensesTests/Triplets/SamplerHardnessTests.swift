import GauntletKit
import RankingDefenses
import Tensors
import Testing

/// The samplers' mean hardness on embeddings of a trained network: random < semi-hard < soft-hard < distance ≈ hardest.
@Suite(.serialized) struct SamplerHardnessTests {
  private func hardness(_ sampler: TripletSampler, _ embeddings: Tensor, labels: [Int], draws: Int) -> Double {
    var total = 0.0
    for draw in 0..<draws {
      let batches = PairBatches(labels: labels, pairs: 24, seed: UInt64(draw))
      let rows = batches.batch(step: 0).map(\.image)
      let batch = embeddings.rows(rows)
      let triplets = sampler.triplets(
        labels: rows.map { labels[$0] }, distances: Geometry.sphere.distances(batch, toAll: batch), margin: 0.2,
        dimension: batch.shape[1]
      ) { RandomStream(seed: 1, ["test"], [draw, $0]) }
      total +=
        TripletStatistics(
          anchors: batch.rows(triplets.anchors), positives: batch.rows(triplets.positives),
          negatives: batch.rows(triplets.negatives), geometry: .sphere
        ).hardness
    }
    return total / Double(draws)
  }

  @Test func isInTheOrderOfTheLiterature() throws {
    let training = Training()
    let network = try training.run("softmax:steps=20,batch=32,augment=none")
    let labels = training.data.labels(.train)
    let embeddings = try network.placedEmbeddings(of: try training.data.images(.train, Array(labels.indices)))
    let values = [TripletSampler.random, .semiHard, .softHard, .distance, .hardest].map {
      hardness($0, embeddings, labels: labels, draws: 60)
    }
    #expect(values[0] < values[1] && values[1] < values[2] && values[2] < values[3], "\(values)")
    #expect(values[3] <= values[4] && values[4] - values[3] < 0.5 * (values[4] - values[0]), "\(values)")
  }
}
