import BuiltIns
import GauntletKit
import GauntletLaws
import Template
import Tensors
import Testing

/// What every attack owes: a sound card and settings, stages that measure what it says, proposals inside the threat model
/// that depend on their own image alone, and that it harms something.
struct TemplateAttackTests {
  private static func registry() throws -> Registry { try BuiltIns.registry(adding: TemplateAttack.register) }

  private static func task() throws -> TwoAlternativeTask {
    let triplets = ToyTriplets()
    return try TwoAlternativeTask(
      metric: IdentityEmbedding(triplets.images), ids: Array(0..<6), triplets: triplets.triplets(Array(0..<6)))
  }

  @Test func itsCardAndSettingsAreSound() throws {
    #expect(try RegistryLaws.violations(of: Self.registry()) == [])
  }

  @Test(arguments: ["template-attack", "template-attack:norm=l2,eps=0.5"]) func theLawsHold(_ reference: String) throws
  {
    let attack = try Self.registry().attacks.make(PluginReference(reference))
    let task = try Self.task()
    #expect(try AttackLaws.violations(of: attack, on: [.twoAlternative(task)]) == [])
    for stage in try attack.stages(for: .twoAlternative(task)) {
      let violations = try SearchLaws.violations(
        of: stage.search, on: stage.objective, from: task.triplets.references, within: attack.threat)
      #expect(violations == [])
    }
  }

  @Test func itLowersTheMargin() throws {
    let attack = try Self.registry().attacks.make(PluginReference("template-attack:eps=0.1"))
    let task = try Self.task()
    let images = task.triplets.references
    let samples = Array(0..<images.rows)
    for stage in try attack.stages(for: .twoAlternative(task)) {
      let found = try stage.search.run(
        stage.objective, from: images, samples: samples, within: attack.threat,
        seeds: SampleSeeds(seed: 1, attack: "test", ids: task.ids))
      let projected = attack.threat.projected(found, around: images)
      let before = try stage.objective.outcomes(at: images, samples: samples)
      let after = try stage.objective.outcomes(at: projected, samples: samples)
      #expect(zip(before, after).allSatisfy { $0.values[1] > $1.values[1] })
    }
  }
}
