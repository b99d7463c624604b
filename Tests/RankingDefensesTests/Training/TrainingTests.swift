import GauntletKit
import RankingDefenses
import Testing

/// Real trainings, of some seconds, on toy pictures.
@Suite(.serialized) struct TrainingTests {
  @Test func pretrainingAndTripletsImproveRetrievalOfUnseenClasses() throws {
    let training = Training()
    let start = try training.backbone()
    let untrained = try training.recall(try EmbeddingNetwork(card: training.data.card, backbone: start))
    let session = MemorySession(seed: 3)
    let pretrained = try training.run("softmax:steps=60,batch=32,augment=none", from: start, in: session)
    let classified = try training.recall(pretrained)
    #expect(classified > untrained + 0.1)
    let loss = try #require(session.log["loss"])
    #expect(try #require(loss.last).value < 0.5 * loss[0].value)

    let triplets = try training.run(
      "none:steps=30,batch=32,learning-rate=1e-3,triplets=all-active,augment=none", from: pretrained.backbone)
    #expect(try training.recall(triplets) > untrained + 0.1)
  }

  @Test func logsWhatTheLiteratureLooksAt() throws {
    let session = MemorySession(seed: 3)
    _ = try Training(data: ToyPictures(classes: 4, perClass: 5)).run(
      "act:steps=12,batch=12,adversary-steps=2,sampler=hardest", in: session)
    for series in [
      "loss", "learning-rate", "mean-distance", "hardness", "separability", "adversarial-hardness", "adversarial-shift",
    ] {
      #expect(session.log[series]?.map(\.step) == [0, 10, 11], "\(series)")
      #expect(session.log[series]?.allSatisfy { $0.value.isFinite } == true)
    }
    // Positive and negative pulled together are nearly as far from the anchor.
    let (clean, adversarial) = (session.log["hardness"] ?? [], session.log["adversarial-hardness"] ?? [])
    #expect(zip(clean, adversarial).allSatisfy { abs($0.value) > abs($1.value) })
  }
}
