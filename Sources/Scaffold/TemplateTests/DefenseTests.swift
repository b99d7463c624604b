import BuiltIns
import GauntletKit
import GauntletLaws
import Harness
import Template
import Tensors
import Testing

/// What every defense owes: a sound card and settings, a training that can be repeated and resumed to the bit, and
/// robustness that is not made of hidden gradients.
struct TemplateDefenseTests {
  private static func registry() throws -> Registry { try BuiltIns.registry(adding: TemplateDefense.register) }

  @Test func itsCardAndSettingsAreSound() throws {
    #expect(try RegistryLaws.violations(of: Self.registry()) == [])
  }

  @Test func trainingIsRepeatableAndResumable() throws {
    let registry = try Self.registry()
    let defense = try registry.defenses.make(PluginReference("template-defense:epochs=1"))
    let dataset = try registry.datasets.make(PluginReference("shapes:size=28,classes=8,train-per-class=12"))
    let data = TrainingData.retrieval(try #require(dataset as? any RetrievalDataset))
    let start = Start.backbone(try DefenseLaws.backbone("small-conv", embedding: 16, images: dataset.images))
    #expect(try DefenseLaws.violations(of: defense, from: start, with: data) == [])
  }

  @Test func itsRobustnessIsNoHiddenGradient() throws {
    let report = try DefenseTrial("template-defense", registry: Self.registry()).report()
    #expect(report.refusals.map(\.text) == [])
  }
}
