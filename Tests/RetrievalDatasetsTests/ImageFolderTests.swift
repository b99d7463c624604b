import GauntletKit
import Pictures
import RetrievalDatasets
import Tensors
import Testing

func imageFolder(_ settings: String) throws -> any RetrievalDataset {
  var registry = Registry()
  try RetrievalDatasets.register(in: &registry)
  let made = try registry.datasets.make(PluginReference("image-folder:" + settings))
  return try #require(made as? any RetrievalDataset)
}

@Suite(.serialized) struct ImageFolderTests {
  /// Four classes of two pictures below `prefix`.
  private func world(_ prefix: String = "", nested: String = "", suffix: String = "png") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (i, name) in ["b", "a", "d", "c"].enumerated() {
      for k in 0..<2 { try folder.picture("\(prefix)\(name)/\(nested)\(k).\(suffix)", red: UInt8(40 * i + 10 * k)) }
    }
    return folder
  }

  @Test(arguments: ["", "images/", "train/", "images/train/", "train/images/"])
  func layoutsAreFound(_ prefix: String) throws {
    for nested in ["", "images/", "images/images/"] {
      let folder = try world(prefix, nested: nested)
      let data = try imageFolder("path=\(folder.path),size=8")
      #expect(data.classNames == ["a", "b", "c", "d"])
      #expect(data.labels(.train) == [0, 0, 1, 1] && data.labels(.test) == [2, 2, 3, 3])
      #expect(data.name(.train, of: 1) == "a/\(nested)1.png")
    }
  }

  @Test func otherSplitsBesideTrainAreNotEntered() throws {
    let folder = try world("train/")
    try folder.picture("val/images/x.png", red: 1)
    #expect(try imageFolder("path=\(folder.path)").classNames == ["a", "b", "c", "d"])
  }

  @Test func extensionsInAnyCaseAndHiddenFiles() throws {
    let folder = try world("", suffix: "JPEG")
    try folder.picture("a/2.Jpg", red: 0)
    try folder.write("no picture", to: "a/.hidden.jpg")
    try folder.write("no picture", to: ".hidden/0.jpg")
    try folder.write("notes", to: "a/notes.txt")
    try folder.write("notes", to: "README.md")
    #expect(try imageFolder("path=\(folder.path)").labels(.train) == [0, 0, 0, 1, 1])
  }

  @Test func orderIsThatOfBytes() throws {
    let folder = try world()
    for name in ["Z", "a10", "ä"] { for k in 0..<2 { try folder.picture("\(name)/\(k).png", red: 1) } }
    #expect(try imageFolder("path=\(folder.path)").classNames == ["Z", "a", "a10", "b", "c", "d", "ä"])
  }

  @Test func splitFileDecides() throws {
    let folder = try world("images/")
    try folder.write("d\ttrain\tDuck, wild\r\n\na\ttest\nb\ttest\t\nc\ttrain\tCat", to: "classes.tsv")
    let data = try imageFolder("path=\(folder.path)")
    #expect(data.classNames == ["a", "b", "c Cat", "d Duck, wild"])
    #expect(data.labels(.train) == [2, 2, 3, 3] && data.labels(.test) == [0, 0, 1, 1])
    try folder.write("a\ttrain\nb\ttrain\nc\ttrain\nd\ttest\n", to: "other.tsv")
    let other = try imageFolder("path=\(folder.path),split-file=\(folder.path)/other.tsv")
    #expect(other.labels(.test) == [3, 3])
  }

  @Test func limitsTakeTheFirst() throws {
    let folder = try world()
    let data = try imageFolder("path=\(folder.path),train-per-class=1,test-per-class=2")
    #expect(data.labels(.train) == [0, 1] && data.labels(.test) == [2, 2, 3, 3])
  }

  @Test func pixelsAreThoseOfTheFiles() throws {
    let folder = try world()
    let data = try imageFolder("path=\(folder.path),size=10")
    #expect(data.images == ImageSpec(channels: 3, height: 10, width: 10))
    // Train: a/0, a/1, b/0, b/1, with red 40, 50, 0, 10.
    let images = try data.images(.train, [3, 0, 3])
    #expect(images.shape == [3, 3, 10, 10])
    for (place, red) in [10, 40, 10].enumerated() {
      #expect(images.row(place)[0] == Float(red) / 255)
      #expect(images.row(place)[100] == Float(100) / 255)
    }
    let workers = Workers.count
    defer { Workers.count = workers }
    Workers.count = 1
    #expect(try data.images(.train, [3, 0, 3]) == images)
    #expect(try data.images(.train, [0]).row(0) == images.row(1))
  }

  @Test func grayIsOneChannel() throws {
    let folder = try world()
    let data = try imageFolder("path=\(folder.path),size=8,channels=1")
    // 0.299·40 + 0.587·100 + 0.114·50 = 76.36
    #expect(try data.images(.train, [0]) == Tensor(repeating: 76 / 255, [1, 1, 8, 8]))
  }

  /// A picture twice as wide as high, its left quarter white: cut away, or squeezed.
  @Test func fittingIsAsSet() throws {
    let folder = try world()
    let pixels: [UInt8] = (0..<16).flatMap { _ in
      (0..<32).flatMap { x -> [UInt8] in [UInt8](repeating: x < 8 ? 255 : 0, count: 3) }
    }
    try folder.write(try Picture(width: 32, height: 16, pixels: pixels).png(), to: "a/0.png")
    let cropped = try imageFolder("path=\(folder.path),size=8,filter=box").images(.train, [0])
    let squeezed = try imageFolder("path=\(folder.path),size=8,filter=box,resize=exact").images(.train, [0])
    #expect(cropped.scalars.allSatisfy { $0 == 0 })
    #expect(squeezed.scalars.filter { $0 == 1 }.count == 3 * 8 * 2)
  }

  @Test func contentIsWhatDecides() throws {
    let folder = try world("images/")
    func content(_ settings: String = "") throws -> [[UInt8]] {
      var parts: [[UInt8]] = []
      try imageFolder("path=\(folder.path)" + settings).forEachContent { parts.append(Array($0)) }
      return parts
    }
    let before = try content()
    #expect(before.count == 16)
    #expect(before[0] == Array("a/0.png".utf8))
    #expect(before[1] == (try Picture.bytes(ofFile: folder.path + "/images/a/0.png")))
    #expect(try content(",train-per-class=1").count == 12)
    try folder.picture("images/a/1.png", red: 200)
    #expect(try content() != before)
    try folder.write("a\ttrain\nb\ttest\nc\ttrain\nd\ttest\n", to: "classes.tsv")
    #expect(try content().first == (try Picture.bytes(ofFile: folder.path + "/classes.tsv")))
  }
}
