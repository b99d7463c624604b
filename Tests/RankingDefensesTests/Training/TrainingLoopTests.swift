import GauntletKit
import RankingDefenses
import Tensors
import Testing
import Training

@Suite(.serialized) struct TrainingLoopTests {
  /// Small variants of each trainer, with everything random switched on.
  static let defenses = [
    "softmax:steps=7,batch=12",
    "none:steps=7,batch=12,learning-rate=1e-3,sampler=semi-hard,batch-norm=train",
    "none:steps=7,batch=12,learning-rate=1e-2,triplets=all-active,optimizer=sgd,schedule=cosine,warmup=0.3",
    "none:steps=7,batch=12,learning-rate=1e-3,loss=margin,validations=2",
    "act:steps=7,batch=12,learning-rate=1e-3,sampler=distance,adversary-steps=2,warmup-eps=0.5,mix=0.5",
    "est:steps=7,batch=12,learning-rate=1e-3,adversary-steps=2,loss=multi-similarity",
    "ses:steps=7,batch=12,learning-rate=1e-3,adversary-steps=2,sampler=soft-hard",
    "rest:steps=7,batch=12,learning-rate=1e-3,adversary-steps=2",
    "tbc:steps=7,batch=12,learning-rate=1e-3,adversary-steps=1,triplets=all-active",
    "amd:steps=7,batch=12,learning-rate=1e-3,adversary-steps=2,sampler=semi-hard",
    "ramd:steps=7,batch=12,learning-rate=1e-3,adversary-steps=2,mode=faithful",
    "hm:steps=7,batch=12,learning-rate=1e-3,adversary-steps=3,ics=0.5,destination=g-b",
    "hm:steps=7,batch=12,learning-rate=1e-3,adversary-steps=2,sampler=random,destination=semi-hard",
    "colo-tride:steps=7,batch=12,learning-rate=1e-3,adversary-steps=3,step-ramp=next,stages=3,assist-from=0",
    "colo-tride:steps=7,batch=12,learning-rate=1e-3,adversary-steps=2,step-ramp=none,mode=faithful,weighting=far",
    "colo-tride:steps=7,batch=12,adversary-steps=2,step-ramp=none,phases=sip,when-collapsing=attack,attack-until=hardest",
  ]

  static let ids = ["softmax", "none", "est", "ses", "rest", "act", "tbc", "amd", "ramd", "hm", "colo-tride"]

  /// A training that is killed, at any step and several times, gives the weights of one that was not, to the bit.
  @Test(arguments: defenses)
  func resumesToTheBit(_ defense: String) throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    let uninterrupted = MemorySession(seed: 3)
    let expected = weights(try training.run(defense, in: uninterrupted))
    #expect(expected != weights(try EmbeddingNetwork(card: training.data.card, backbone: training.backbone())))
    for kills in [[1], [3, 5], [2, 6]] {
      var checkpoint: TrainingCheckpoint?
      for step in kills {
        let session = MemorySession(seed: 3, from: checkpoint, killedAfter: step)
        #expect(throws: MemorySession.Killed.self) { try training.run(defense, in: session) }
        checkpoint = session.checkpoint
      }
      let session = MemorySession(seed: 3, from: checkpoint)
      #expect(weights(try training.run(defense, in: session)) == expected)
      #expect(session.log["loss"]?.last == uninterrupted.log["loss"]?.last)
    }
  }

  @Test(arguments: defenses)
  func doesNotDependOnTheNumberOfThreads(_ defense: String) throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    let before = Workers.count
    defer { Workers.count = before }
    let runs = try [1, 2, 3].map { count in
      Workers.count = count
      return weights(try training.run(defense))
    }
    #expect(runs[0] == runs[1] && runs[1] == runs[2])
  }

  @Test func anotherSeedGivesOtherWeights() throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    let runs = try [3, 4].map { weights(try training.run(Self.defenses[1], in: MemorySession(seed: $0))) }
    #expect(runs[0] != runs[1])
  }

  @Test func zeroEpochsGiveTheStart() throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    let start = try EmbeddingNetwork(card: training.data.card, backbone: training.backbone())
    for defense in TrainingLoopTests.ids {
      let made = try training.run(defense + ":epochs=0")
      #expect(weights(made) == weights(start))
      #expect(made.card.id == defense && made.card.version == "1")
    }
  }

  @Test func aDivergedTrainingSaysWhere() throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5), architecture: "small-conv-plain")
    let error = #expect(throws: TrainingError.self) {
      try training.run("softmax:steps=20,batch=12,optimizer=sgd,learning-rate=1000,warmup=0")
    }
    guard case .diverged(let defense, let step, _) = try #require(error) else { throw try #require(error) }
    #expect(defense == "softmax" && (1...20).contains(step))
  }

  @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    for checkpoint in [
      TrainingCheckpoint(step: 99, tensors: [:]),
      TrainingCheckpoint(step: 2, tensors: ["weights/x": Tensor(zeros: [1])]),
    ] {
      #expect(throws: TrainingError.self) {
        try training.run("none:steps=7,batch=12", in: MemorySession(seed: 3, from: checkpoint))
      }
    }
  }

  @Test func wrongStartsAreRefused() throws {
    var registry = Registry()
    try RankingDefenses.register(in: &registry)
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    for id in TrainingLoopTests.ids {
      let defense = try registry.defenses.make(try PluginReference(id))
      let metric = try EmbeddingNetwork(card: training.data.card, backbone: training.backbone())
      #expect(throws: RankingDefenseError.needsBackbone(defense: id)) {
        _ = try defense.defend(.metric(metric), with: .retrieval(training.data), in: MemorySession(seed: 1))
      }
      for data in [ToyPictures(side: 20), ToyPictures(classes: 1), ToyPictures(classes: 0)] {
        #expect(throws: RankingDefenseError.self) {
          _ = try defense.defend(.backbone(training.backbone()), with: .retrieval(data), in: MemorySession(seed: 1))
        }
      }
    }
  }

  @Test func hardnessManipulationNeedsTheSphere() throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5), geometry: .euclidean)
    #expect(throws: PluginError.self) { try training.run("hm:steps=1,batch=12") }
  }

  @Test func aLostMemoryIsRefused() throws {
    let training = Training(data: ToyPictures(classes: 4, perClass: 5))
    for defense in ["hm:steps=3,batch=12,adversary-steps=1", "none:steps=3,batch=12,loss=margin"] {
      let session = MemorySession(seed: 3, killedAfter: 1)
      #expect(throws: MemorySession.Killed.self) { try training.run(defense, in: session) }
      let checkpoint = try #require(session.checkpoint)
      let robbed = TrainingCheckpoint(
        step: checkpoint.step, tensors: checkpoint.tensors.filter { !$0.key.hasPrefix("objective/") })
      #expect(checkpoint.tensors.count > robbed.tensors.count)
      #expect(throws: TrainingError.self) {
        try training.run(defense, in: MemorySession(seed: 3, from: robbed))
      }
    }
  }

  @Test func settingsOutOfRangeAreRefused() throws {
    let training = Training()
    for defense in [
      "none:batch=1", "act:eps=2", "none:sampler=lucky", "softmax:sampler=random", "none:schedule=step",
      "none:loss=margin,triplets=all-active", "none:loss=multi-similarity,margin=1", "hm:destination=lucky",
      "colo-tride:attention=-1", "act:mix=2",
    ] {
      #expect(throws: PluginError.self) { try training.run(defense) }
    }
  }
}
