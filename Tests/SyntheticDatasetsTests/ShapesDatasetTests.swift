import Foundation
import GauntletKit
import SyntheticDatasets
import Tensors
import Testing

func dataset(_ reference: String) throws -> any Dataset {
  var registry = Registry()
  try SyntheticDatasets.register(in: &registry)
  return try registry.datasets.make(PluginReference(reference))
}

func shapes(_ settings: String = "") throws -> any RetrievalDataset {
  try #require(try dataset("shapes" + (settings.isEmpty ? "" : ":" + settings)) as? any RetrievalDataset)
}

@Suite(.serialized) struct ShapesDatasetTests {
  @Test func sizesAreAsSet() throws {
    let data = try shapes("classes=7,train-per-class=3,test-per-class=2,size=28")
    #expect(data.images == ImageSpec(channels: 3, height: 28, width: 28))
    #expect(data.labels(.train) == [0, 0, 0, 2, 2, 2, 4, 4, 4, 6, 6, 6])
    #expect(data.labels(.test) == [1, 1, 3, 3, 5, 5])
    #expect(try data.images(.test, [0, 5]).shape == [2, 3, 28, 28])
  }

  @Test func defaultsHaveEnoughClasses() throws {
    let data = try shapes()
    #expect(data.classNames.count >= 24)
    #expect(Set(data.classNames).count == data.classNames.count)
    #expect(Set(data.labels(.train)).isDisjoint(with: data.labels(.test)))
  }

  @Test func valuesAreEightBits() throws {
    let data = try shapes()
    let values = try data.images(.train, Array(0..<40)).scalars
    #expect(values.allSatisfy { $0 >= 0 && $0 <= 1 && ($0 * 255).rounded() / 255 == $0 })
    let mean = values.reduce(0, +) / Float(values.count)
    #expect((0.2...0.8).contains(mean))
  }

  @Test func anImageIsAFunctionOfItsIndex() throws {
    let data = try shapes()
    let some = try data.images(.test, [7, 3, 399, 3])
    for (place, index) in [7, 3, 399, 3].enumerated() {
      #expect(try data.images(.test, [index]).row(0) == some.row(place))
    }
    let workers = Workers.count
    defer { Workers.count = workers }
    Workers.count = 1
    #expect(try shapes().images(.test, [7, 3, 399, 3]) == some)
  }

  @Test func imagesOfAClassDiffer() throws {
    let images = try shapes().images(.train, Array(0..<60))
    #expect(Set((0..<60).map { images.row($0).scalars }).count == 60)
  }

  @Test func moreClassesKeepTheFirstOnes() throws {
    let (few, many) = (try shapes("classes=10"), try shapes("classes=40"))
    #expect(Array(many.classNames.prefix(10)) == few.classNames)
    #expect(try few.images(.train, [0, 61]) == many.images(.train, [0, 61]))
  }

  @Test func everyCombinationIsAClass() throws {
    #expect(Set(try shapes("classes=360").classNames).count == 360)
  }

  @Test func anotherSeedIsAnotherDataset() throws {
    let (a, b) = (try shapes("seed=1"), try shapes("seed=2"))
    #expect(a.classNames != b.classNames)
    #expect(try a.images(.train, [0]) != b.images(.train, [0]))
  }

  @Test func nothingIsStored() throws {
    try shapes().forEachContent { _ in Issue.record("a drawn dataset has no content") }
  }

  @Test func settingsOutOfRangeAreRefused() {
    #expect(throws: PluginError.self) { try dataset("shapes:classes=3") }
    #expect(throws: PluginError.self) { try dataset("shapes:size=27") }
    #expect(throws: PluginError.self) { try dataset("shapes:clases=30") }
  }
}
