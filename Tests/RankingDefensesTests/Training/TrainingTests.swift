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
      #expect(session.log[series]?.map(\.step) == [0, 5, 10, 11], "\(series)")
      #expect(session.log[series]?.allSatisfy { $0.value.isFinite } == true)
    }
    // Positive and negative pulled together are nearly as far from the anchor.
    let (clean, adversarial) = (session.log["hardness"] ?? [], session.log["adversarial-hardness"] ?? [])
    #expect(zip(clean, adversarial).allSatisfy { abs($0.value) > abs($1.value) })
  }

  /// Source and destination by one sampler: ordinary training of the same triplets (retrieval specification 8.2).
  @Test func hardnessManipulationWithoutADifferenceIsTripletTraining() throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    let settings = "steps=4,batch=12,learning-rate=1e-3,optimizer=sgd"
    let plain = weights(try training.run("none:\(settings)"))
    let manipulated = weights(try training.run("hm:\(settings),sampler=random,destination=random"))
    let start = weights(try EmbeddingNetwork(card: training.data.card, backbone: training.backbone()))
    var (moved, apart) = (0.0, 0.0)
    for ((a, b), c) in zip(zip(plain, manipulated), start) {
      for ((x, y), z) in zip(zip(a, b), c) {
        moved += Double((x - z) * (x - z))
        apart += Double((x - y) * (x - y))
      }
    }
    #expect(moved > 0 && apart.squareRoot() < 1e-3 * moved.squareRoot())
  }

  /// The destination tells how hard triplets may get, and the adversary stops there.
  @Test func hardnessManipulationStopsAtItsDestination() throws {
    func log(_ destination: String) throws -> [String: [TrainingCheckpoint.LogPoint]] {
      let session = MemorySession(seed: 3)
      _ = try Training(data: ToyPictures(classes: 4, perClass: 5)).run(
        "hm:steps=6,batch=12,learning-rate=0,adversary-steps=40,alpha=1/1000,sampler=random,destination=constant,"
          + "hardness=\(destination),eps=0.2,augment=none", in: session)
      return session.log
    }
    let (gentle, fierce) = (try log("0.05"), try log("2"))
    let (low, high) = (gentle["adversarial-hardness"] ?? [], fierce["adversarial-hardness"] ?? [])
    #expect(low.count == 2 && zip(low, high).allSatisfy { $0.value < $1.value - 0.05 }, "\(low) \(high)")
    #expect(gentle["destination-hardness"]?.allSatisfy { abs($0.value - 0.05) < 1e-6 } == true)
  }

  /// Candidate and anchor steps take turns; the collapse-aware adversary assists where the naive one attacks.
  @Test func collapseAwareStepsAlternate() throws {
    let session = MemorySession(seed: 3)
    _ = try Training(data: ToyPictures(classes: 4, perClass: 5)).run(
      "colo-tride:steps=12,batch=12,adversary-steps=2,step-ramp=none,assist-from=0,validations=3", in: session)
    #expect(session.log["candidate-shift"]?.map(\.step) == [0, 10])
    #expect(session.log["anchor-shift"]?.map(\.step) == [5, 11])
    #expect(session.log["recall-at-1"]?.map(\.step) == [3, 7, 11])
    let (c, assists) = (session.log["collapseness"] ?? [], session.log["assists"] ?? [])
    #expect(!c.isEmpty && zip(c, assists).allSatisfy { ($0.value > 0) == ($1.value == 1) })
    let (before, after) = (session.log["hardness"] ?? [], session.log["adversarial-hardness"] ?? [])
    for i in c.indices { #expect((after[i].value > before[i].value) == (c[i].value <= 0)) }
  }
}
