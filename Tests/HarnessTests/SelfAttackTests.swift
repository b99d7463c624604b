import BuiltIns
import Foundation
import GauntletKit
import GauntletLaws
import Harness
import Testing

/// What tells robustness from hidden gradients: planted fakes are refused, each for what is wrong with it; honest defenses
/// pass.
struct SelfAttackTests {
  /// A small network that learned drawn pictures, and clear questions about others: the fakes stand around it.
  private struct World {
    let network: any EmbeddingMetric
    let triplets: any TripletDataset

    init() throws {
      let registry = try BuiltIns.registry()
      let pictures = try registry.datasets.make(PluginReference("shapes:size=32,train-per-class=30"))
      let questions = try registry.datasets.make(
        PluginReference("triplets:size=32,count=32,seed=5,ratio-min=1.5,ratio-max=4"))
      triplets = try #require(questions as? any TripletDataset)
      let start = try DefenseLaws.backbone("small-conv", embedding: 32, images: pictures.images)
      let made = try registry.defenses.make(PluginReference("softmax:epochs=3,batch=64,learning-rate=3e-3")).defend(
        .backbone(start), with: .retrieval(#require(pictures as? any RetrievalDataset)), in: MemorySession())
      network = try #require(made as? any EmbeddingMetric)
    }

    /// One network for all tests: it is the same every time.
    static let shared = Result { try World() }
  }

  private func report(_ mask: Mask) throws -> SelfAttackReport {
    let world = try World.shared.get()
    return try SelfAttack(
      mask.wrap(world.network), undefended: world.network, around: world.network, on: world.triplets
    ).report()
  }

  @Test(arguments: [
    ("rounded-pixels", ["zero-gradient", "straight-through", "transfer"]),
    ("rounded-embedding", ["zero-gradient", "straight-through", "transfer"]),
    ("saturated", ["zero-gradient", "straight-through", "transfer"]), ("dice", ["not-deterministic"]),
    ("content-noise", ["unseen-changes"]),
  ]) func fakesAreRefused(_ id: String, _ reasons: [String]) throws {
    let mask = try #require(Mask.all.first { $0.card.id == id })
    let report = try report(mask)
    let refused = Set(report.refusals.map(\.check))
    #expect(refused.isSuperset(of: reasons), "\(report.findings.map { "\($0.outcome) \($0.check): \($0.text)" })")
    #expect(report.refusals.allSatisfy { $0.text.count > 40 })
  }

  @Test func theNetworkInsideIsHonest() throws {
    let world = try World.shared.get()
    let attack = try SelfAttack(world.network, undefended: world.network, on: world.triplets)
    let report = try attack.report()
    #expect(report.refusals.map(\.text) == [])
    // Asked again it says the same; and more is broken by more means, and at larger radii.
    #expect(try attack.report().levels == report.levels)
    #expect(report.levels.allSatisfy { $0.byAll <= $0.byGradients })
    for (level, next) in zip(report.levels, report.levels.dropFirst()) {
      #expect(next.byAll <= level.byAll && next.undefended <= level.undefended)
    }
    #expect(try #require(report.levels.last).byAll < report.levels[0].byAll - 10)
  }

  @Test func anAdversarialTrainingIsHonest() throws {
    let act = "act:epochs=2,learning-rate=1e-3,schedule=cosine,triplets=all-active,adversary-steps=2,alpha=4/255"
    let report = try DefenseTrial(act, registry: BuiltIns.registry()).report()
    #expect(report.subject == "act" && report.refusals.map(\.text) == [])
  }

  @Test func imagesOfAnotherSizeAreRefused() throws {
    let world = try World.shared.get()
    let small = try BuiltIns.registry().datasets.make(PluginReference("triplets:size=28,count=4"))
    let questions = try #require(small as? any TripletDataset)
    #expect(throws: PluginError.self) { try SelfAttack(world.network, undefended: world.network, on: questions) }
  }
}
