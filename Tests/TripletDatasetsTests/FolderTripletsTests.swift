import Foundation
import GauntletKit
import Pictures
import Tensors
import Testing
import TripletDatasets

func folderTriplets(_ settings: String) throws -> any TripletDataset {
  var registry = Registry()
  try TripletDatasets.register(in: &registry)
  let made = try registry.datasets.make(PluginReference("folder-triplets:" + settings))
  return try #require(made as? any TripletDataset)
}

@Suite(.serialized) struct FolderTripletsTests {
  /// Six pictures of waves in folders of folders.
  private func world() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for i in 0..<6 {
      let (width, height) = (30 + i, 40 - i)
      var stream = RandomStream(seed: 8, ["picture"], [i])
      let smooth = (0..<width * height).flatMap { at -> [UInt8] in
        let x = (at % width * (3 + i) + at / width * 5) % 200
        return [UInt8(x), UInt8(220 - x), UInt8(stream.integer(below: 30) + 80)]
      }
      let picture = Picture(width: width, height: height, pixels: smooth)
      let name = ["x/0.png", "x/1.jpg", "y/images/2.JPEG", "3.png", "y/4.png", "z/z/5.png"][i]
      try folder.write(try name.hasSuffix("png") ? picture.png() : picture.jpeg(quality: 90), to: name)
    }
    try folder.write("notes", to: "x/notes.txt")
    return folder
  }

  @Test func aTripletIsAFunctionOfItsIndex() throws {
    let folder = try world()
    let data = try folderTriplets("path=\(folder.path),count=14,size=24")
    #expect(data.count == 14 && data.images == ImageSpec(channels: 3, height: 24, width: 24))
    let indices = [5, 0, 13, 5]
    let some = try data.triplets(indices)
    #expect(some.references.shape == [4, 3, 24, 24])
    let workers = Workers.count
    defer { Workers.count = workers }
    Workers.count = 1
    let again = try folderTriplets("path=\(folder.path),count=20,size=24")
    for (place, index) in indices.enumerated() {
      let one = try again.triplets([index])
      #expect(one.references.row(0) == some.references.row(place))
      #expect(one.first.row(0) == some.first.row(place))
      #expect(one.second.row(0) == some.second.row(place))
      #expect(one.votes[0] == some.votes[place])
    }
  }

  @Test func everyPictureHasItsTurn() throws {
    let folder = try world()
    let data = try folderTriplets("path=\(folder.path),count=6")
    #expect(Set((0..<6).map { data.name(of: $0).split(separator: ":")[0] }).count == 6)
    // Pictures come again with other distortions.
    let twice = try folderTriplets("path=\(folder.path),count=12,distortions=noise")
    let batch = try twice.triplets([2, 8])
    #expect(batch.references.row(0) == batch.references.row(1))
    #expect(batch.first.row(0) != batch.first.row(1))
  }

  /// The truth is in the name: "…: noise 0.3 against 0.4".
  @Test func theWeakerOneIsTheTruth() throws {
    let folder = try world()
    let data = try folderTriplets("path=\(folder.path),count=60,size=16")
    let votes = try data.triplets(Array(0..<60)).votes
    for (index, vote) in votes.enumerated() {
      let words = data.name(of: index).split(separator: " ")
      let (first, second) = (try #require(Float(words[2])), try #require(Float(words[4])))
      #expect(vote == (second < first ? 1 : 0))
      #expect(first != second)
    }
    #expect(Set(votes) == [0, 1])
  }

  /// One family, strengths far apart: any metric must agree with the truth.
  @Test(arguments: Distortion.allCases.filter { $0 != .occlusion })
  func farApartPixelsAgree(_ family: Distortion) throws {
    let folder = try world()
    let data = try folderTriplets(
      "path=\(folder.path),count=20,size=32,distortions=\(family.rawValue),strength-min=0.6,ratio-min=8,ratio-max=9")
    let batch = try data.triplets(Array(0..<20))
    let (a, b) = ((batch.first - batch.references).rowNorms(), (batch.second - batch.references).rowNorms())
    let right = (0..<20).filter { (b[$0] < a[$0]) == (batch.votes[$0] == 1) }.count
    #expect(right >= 18, "\(right) of 20")
  }

  @Test func contentIsWhatIsUsed() throws {
    let folder = try world()
    var parts: [[UInt8]] = []
    try folderTriplets("path=\(folder.path),count=4").forEachContent { parts.append(Array($0)) }
    #expect(parts.count == 8)
    parts = []
    try folderTriplets("path=\(folder.path),count=100").forEachContent { parts.append(Array($0)) }
    #expect(parts.count == 12)
    #expect(Set(parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)).count == 6)
  }

  @Test func badInputIsNamed() throws {
    let folder = try world()
    func text(_ settings: String) -> String { message { _ = try folderTriplets(settings) } }
    #expect(text("path=\(folder.path)/nowhere").contains("/nowhere: no such file or folder"))
    #expect(text("path=\(folder.path),distortions=nois").contains("'nois'"))
    #expect(text("path=\(folder.path),ratio-min=3,ratio-max=2").contains("ratio-min is 3"))
    #expect(text("path=\(folder.path),strength-max=2").contains("strength-max"))
    let empty = try TemporaryFolder()
    try empty.write("x", to: "notes.txt")
    #expect(text("path=\(empty.path)").contains("no picture (.jpg, .jpeg or .png)"))
    try folder.write("I am a text", to: "3.png")
    let data = try folderTriplets("path=\(folder.path),count=6")
    let broken = message { _ = try data.triplets(Array(0..<6)) }
    #expect(broken.contains("folder-triplets") && broken.contains("/3.png: not a JPEG or PNG picture"))
  }
}
