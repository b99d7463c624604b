import GauntletKit
import GauntletLaws
import Pictures
import RetrievalDatasets
import Tensors
import TestFiles
import Testing

@Suite struct PublishedPicturesTests {
  @Test(arguments: ["", "CUB_200_2011/"])
  func birdsComeByNumberAndAreSplitBySpecies(_ prefix: String) throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeBirds(to: folder, below: prefix)
    let data = try Miniatures.dataset("cub:path=\(folder.path),size=64,complete=false")
    #expect(data.labels(.train) == [1, 0, 99, 0] && data.labels(.test) == [100, 100, 199])
    #expect(
      (0..<4).map { data.name(.train, of: $0) } == [
        "002.Bunting/a.jpg", "001.Auk/a.jpg", "100.Pelican/p.jpg", "001.Auk/b.jpg",
      ])
    #expect((0..<3).map { data.name(.test, of: $0) } == ["101.Owl/x.jpg", "101.Owl/a b.jpg", "200.Wren/w.jpg"])
    #expect(data.classNames.count == 200 && data.classNames[100] == "101.Owl" && data.classNames[2] == "class 2")
    #expect(try DatasetLaws.violations(of: data, indices: [2, 0, 1]).isEmpty)
    let first = try Miniatures.dataset("cub:path=\(folder.path),complete=false,train-per-class=1,test-per-class=1")
    #expect(first.labels(.train) == [1, 0, 99] && first.labels(.test) == [100, 199])
    #expect(first.name(.train, of: 1) == "001.Auk/a.jpg")
    #expect(first.images == ImageSpec(channels: 3, height: 224, width: 224))
  }

  @Test(arguments: [false, true])
  func carsComeByPathAndAreSplitByModel(_ isCompressed: Bool) throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeCars(to: folder, isCompressed: isCompressed)
    let data = try Miniatures.dataset("cars:path=\(folder.path),size=32,complete=false")
    #expect(data.labels(.train) == [98, 1] && data.labels(.test) == [99])
    #expect(data.name(.train, of: 0) == "car_ims/000001.jpg" && data.name(.test, of: 0) == "car_ims/000003.jpg")
    #expect(data.classNames.count == 100 && data.classNames[1] == "Hummer" && data.classNames[99] == "class 99")
    #expect(try DatasetLaws.violations(of: data, indices: [0]).isEmpty)
  }

  @Test func productsComeAsTheListsSay() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeProducts(to: folder)
    let data = try Miniatures.dataset("sop:path=\(folder.path),size=32,complete=false")
    #expect(data.labels(.train) == [1, 1, 2] && data.labels(.test) == [4, 3])
    #expect(data.name(.test, of: 1) == "sofa_final/3_0.JPG")
    #expect(Array(data.classNames.dropFirst()) == ["bicycle 1", "bicycle 2", "sofa 3", "sofa 4"])
    #expect(try DatasetLaws.violations(of: data, indices: [1, 0]).isEmpty)
  }

  @Test func imagesAreTheMiddleOfBothSidesResized() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeProducts(to: folder)
    let made = try Miniatures.dataset("sop:path=\(folder.path),complete=false")
    let data = try #require(made as? any UncroppedDataset)
    #expect(data.uncropped == ImageSpec(channels: 3, height: 256, width: 256))
    let resized = try Picture(contentsOf: folder.path + "/sofa_final/3_0.JPG")
      .resized(width: 256, height: 256, filter: .bilinear)
    #expect(try data.uncropped(.test, [1]).row(0) == resized.tensor())
    #expect(try data.images(.test, [0, 1]).row(1) == resized.cropped(x: 16, y: 16, width: 224, height: 224).tensor())
    // Small machines: the same share is cut away.
    for (size, side) in [(64, 73), (112, 128), (32, 37)] {
      let small = try Miniatures.dataset("sop:path=\(folder.path),size=\(size),complete=false") as? any UncroppedDataset
      #expect(small?.images.height == size && small?.uncropped.height == side)
    }
    let exact = try Miniatures.dataset("sop:path=\(folder.path),size=30,resize=30,filter=box,complete=false")
    #expect((exact as? any UncroppedDataset)?.uncropped == exact.images)
  }

  @Test func contentIsWhatDecides() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeProducts(to: folder)
    func content(_ settings: String = "") throws -> [[UInt8]] {
      var parts: [[UInt8]] = []
      try Miniatures.dataset("sop:path=\(folder.path),complete=false" + settings).forEachContent {
        parts.append(Array($0))
      }
      return parts
    }
    let before = try content()
    #expect(before.count == 10 && before[0] == Array("train 1 bicycle_final/1_0.JPG".utf8))
    #expect(try content(",train-per-class=1").count == 8)
    try folder.gradient("sofa_final/3_0.JPG", seed: 77)
    let after = try content()
    #expect(after.dropLast() == before.dropLast() && after != before)
  }
}
