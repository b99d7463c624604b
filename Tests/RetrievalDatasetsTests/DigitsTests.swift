import GauntletKit
import GauntletLaws
import RetrievalDatasets
import Tensors
import Testing

@Suite struct DigitsTests {
  @Test(arguments: ["mnist", "fashion-mnist", "kmnist"], [false, true])
  func imagesAndLabelsAreThoseOfTheFiles(_ id: String, _ isPacked: Bool) throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeDigits(to: folder, isPacked: isPacked)
    let data = try Miniatures.dataset("\(id):path=\(folder.path),complete=false")
    #expect(data.card.id == id && data.classNames.count == 10 && Set(data.classNames).count == 10)
    #expect(data.images == ImageSpec(channels: 1, height: 28, width: 28))
    #expect(data.labels(.train) == [3, 0, 3, 9, 3] && data.labels(.test) == [1, 1, 3, 9])
    let images = try data.images(.test, [3, 0])
    #expect(images.shape == [2, 1, 28, 28])
    for (row, image) in [3, 0].enumerated() {
      #expect(images.row(row).scalars == (0..<784).map { Float((image + $0) % 256) / 255 })
    }
    #expect(data.name(.test, of: 3) == "test/3")
    #expect(try DatasetLaws.violations(of: data, indices: [3, 0, 1]).isEmpty)
  }

  @Test func limitsTakeTheFirstOfEachClass() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeDigits(to: folder, isPacked: true)
    let data = try Miniatures.dataset("mnist:path=\(folder.path),complete=false,train-per-class=2,test-per-class=1")
    #expect(data.labels(.train) == [3, 0, 3, 9] && data.labels(.test) == [1, 3, 9])
    #expect(data.name(.test, of: 1) == "test/2")
    let whole = try Miniatures.dataset("mnist:path=\(folder.path),complete=false")
    #expect(try data.images(.test, [1]) == whole.images(.test, [2]))
  }

  @Test func packedAndUnpackedAreTheSameDataset() throws {
    var contents: [[[UInt8]]] = []
    for (isPacked, labels) in [(false, [3, 0, 3, 9, 3]), (true, [3, 0, 3, 9, 3]), (true, [3, 0, 3, 9, 4])] {
      let folder = try TemporaryFolder()
      try Miniatures.writeDigits(to: folder, isPacked: isPacked, trainLabels: labels.map(UInt8.init))
      var parts: [[UInt8]] = []
      try Miniatures.dataset("mnist:path=\(folder.path),complete=false").forEachContent { parts.append(Array($0)) }
      contents.append(parts)
    }
    #expect(contents[0] == contents[1] && contents[1] != contents[2])
    #expect(contents[0].count == 18)
  }
}
