import Foundation
import GauntletKit
import GauntletLaws
import Tensors
import Testing

struct PatchesTests {
  static let subsets = ["traditional", "cnn", "superres", "deblur", "color", "frameinterp"]

  /// Two triplets in each subset; the vote of item i of subset s is (2 s + i) / 20.
  static func world(_ prefix: String = "2afc/val/", subsets: [String] = subsets) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (s, subset) in subsets.enumerated() {
      for i in 0..<2 {
        for (p, part) in ["ref", "p0", "p1"].enumerated() {
          // Sizes differ, and so do the formats.
          let kind = (s + i) % 2 == 0 ? "png" : "jpg"
          let red = UInt8(20 * s + 8 * i + 2 * p + 10)
          try folder.picture("\(prefix)\(subset)/\(part)/00000\(i).\(kind)", red: red, width: 64 + s, height: 64 - i)
        }
        try folder.number(Float(2 * s + i) / 20, to: "\(prefix)\(subset)/judge/00000\(i).npy", shape: i == 0 ? [1] : [])
      }
    }
    return folder
  }

  private func votes(_ reference: String) throws -> [Float] {
    let data = try triplets(reference)
    return try data.triplets(Array(0..<data.count)).votes
  }

  @Test func subsetsComeByPath() throws {
    let folder = try Self.world()
    let data = try triplets("bapps:path=\(folder.path)")
    #expect(data.count == 12 && data.images == ImageSpec(channels: 3, height: 64, width: 64))
    let names = ["cnn", "color", "deblur", "frameinterp", "superres", "traditional"].flatMap {
      ["\($0)/000000", "\($0)/000001"]
    }
    #expect((0..<12).map { data.name(of: $0) } == names)
    #expect(try votes("bapps:path=\(folder.path)") == [2, 3, 8, 9, 6, 7, 10, 11, 4, 5, 0, 1].map { Float($0) / 20 })
    let batch = try data.triplets([2])  // color, a PNG: exact
    #expect((reds(batch.references), reds(batch.first), reds(batch.second)) == ([90], [92], [94]))
    #expect(try votes("bapps:path=\(folder.path),subset=traditional,cnn") == [0.1, 0.15, 0, 0.05])
    #expect(try votes("bapps:path=\(folder.path),subset=traditional,count=1") == [0])
    #expect(try triplets("bapps:path=\(folder.path),size=32").images.width == 32)
    #expect(try DatasetLaws.violations(of: data, indices: [3, 0, 11]).isEmpty)
  }

  @Test(arguments: ["2afc/val/", "val/", "bapps/2afc/val/", "dataset/2afc/val/"])
  func folders(_ prefix: String) throws {
    let folder = try Self.world(prefix)
    #expect(try triplets("bapps:path=\(folder.path)").count == 12)
    #expect(try triplets("bapps:path=\(folder.path)/\(prefix)").count == 12)
    // The path of a split is not another split.
    #expect(complaint("bapps:path=\(folder.path)/\(prefix),split=train").contains("2afc/train"))
  }

  @Test func trainHasSubsetsOfItsOwn() throws {
    let folder = try Self.world("2afc/train/", subsets: ["traditional", "cnn", "mix"])
    #expect(try triplets("bapps:path=\(folder.path),split=train").count == 6)
    #expect(try triplets("bapps:path=\(folder.path),split=train,subset=mix").name(of: 0) == "mix/000000")
    #expect(
      complaint("bapps:path=\(folder.path)").contains("2afc/val with folders like traditional and cnn is not there"))
  }

  @Test func whatIsWrongIsNamed() throws {
    let folder = try Self.world()
    let reference = "bapps:path=\(folder.path)"
    #expect(
      complaint(reference + ",subset=blur").contains(
        "unknown subset 'blur'; expected all, or a comma list of traditional"))
    #expect(complaint(reference + ",subset=mix").contains("the subset mix is not there"))
    let judge = "2afc/val/cnn/judge/000001.npy"
    for value in [Float(1.5), -0.1, .nan] {
      try folder.number(value, to: judge)
      #expect(complaint(reference).contains("\(judge): got \(value), expected one number from 0 to 1"))
    }
    try folder.number(0.5, to: judge, shape: [2])
    #expect(complaint(reference).contains("got 2 numbers"))
    try folder.write("text", to: judge)
    #expect(complaint(reference).contains("\(judge): not a valid npy file"))
    try folder.write([UInt8](repeating: 0, count: 5000), to: judge)
    #expect(complaint(reference).contains("a file of 5000 bytes is refused"))
    try folder.remove(judge)
    #expect(complaint(reference).contains("cnn: 1 name has no file in judge (such as 000001)"))
    try folder.remove("2afc/val/cnn/p1")
    #expect(complaint(reference).contains("cnn: the folder p1 is not there; get BAPPS"))
    #expect(try triplets(reference + ",subset=color").count == 2)
  }

  @Test func pairsThatLookTheSame() throws {
    let folder = try TemporaryFolder()
    for (s, subset) in ["traditional", "cnn"].enumerated() {
      for i in 0..<3 {
        for (p, part) in ["p0", "p1"].enumerated() {
          try folder.picture("jnd/val/\(subset)/\(part)/\(i).png", red: UInt8(100 * s + 10 * i + p))
        }
        try folder.number(Float(i) / 3, to: "jnd/val/\(subset)/same/\(i).npy")
      }
    }
    let data = try #require(try dataset("bapps-jnd:path=\(folder.path),size=16") as? any PairDataset)
    #expect(data.count == 6)
    let batch = try data.pairs([4, 0])
    #expect((reds(batch.first), reds(batch.second)) == ([10, 100], [11, 101]))
    #expect(batch.same == [1.0 / 3, 0])
    #expect((0..<6).map { data.group(of: $0) } == ["cnn", "cnn", "cnn", "traditional", "traditional", "traditional"])
    #expect(data.name(of: 4) == "traditional/1")
    #expect(try dataset("bapps-jnd:path=\(folder.path)/jnd,subset=cnn") is any PairDataset)
    try folder.remove("jnd/val/cnn/same/0.npy")
    #expect(complaint("bapps-jnd:path=\(folder.path)").contains("no file in same"))
    #expect(try DatasetLaws.violations(of: data, indices: [1, 5, 3]).isEmpty)
  }
}
