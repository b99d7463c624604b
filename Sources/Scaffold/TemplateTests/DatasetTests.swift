import BuiltIns
import GauntletKit
import GauntletLaws
import Template
import Testing

/// What every dataset owes: a sound card and settings, images of the size and in the order that it says, the same ones
/// every time.
struct TemplateDatasetTests {
  private static func registry() throws -> Registry { try BuiltIns.registry(adding: TemplateDataset.register) }

  @Test func itsCardAndSettingsAreSound() throws {
    #expect(try RegistryLaws.violations(of: Self.registry()) == [])
  }

  @Test(arguments: ["template-dataset", "template-dataset:size=16,directions=3"])
  func theLawsHold(_ reference: String) throws {
    switch try Self.registry().datasets.make(PluginReference(reference)) {
    case let dataset as any RetrievalDataset:
      #expect(try DatasetLaws.violations(of: dataset, indices: [3, 0, 17]) == [])
      #expect(Set(dataset.labels(.train)).isDisjoint(with: dataset.labels(.test)))
    case let dataset as any TripletDataset:
      #expect(try DatasetLaws.violations(of: dataset, indices: [3, 0, 7]) == [])
    case let dataset: #expect(Bool(false), "\(dataset.card.id) is no dataset that a run asks about")
    }
  }
}
