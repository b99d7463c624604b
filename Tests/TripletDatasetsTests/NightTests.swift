import Foundation
import GauntletKit
import GauntletLaws
import Testing

struct NightTests {
  static let header = "id,left_vote,right_vote,votes,ref_path,left_path,right_path,split,is_imagenet"
  /// Two of ImageNet and one not, of the split test; one with too few votes; one each of train and val.
  static let rows = [
    row(0, 1, 6, "test", "True"), row(1, 0, 7, "test", "False"), row(2, 1, 5, "test", "True"),
    row(3, 0, 6, "train", "True"), row(4, 1, 10, "val", "False"), row(5, 0, 6, "test", "True"),
  ]

  static func row(_ id: Int, _ right: Int, _ votes: Int, _ split: String, _ isImageNet: String) -> String {
    let place = "000/00\(id)"
    return "\(id),\(1 - right),\(right),\(votes),ref/\(place).png,distort/\(place)_0.png,distort/\(place)_1.png,"
      + "\(split),\(isImageNet)"
  }

  /// The red of triplet i's pictures: 40 i + 10, + 20, + 30.
  static func pictures(_ folder: TemporaryFolder, _ arranged: (String) -> String = { $0 }) throws {
    for id in 0..<6 {
      let reds = [40 * id + 10, 40 * id + 20, 40 * id + 30].map(UInt8.init)
      for (name, red) in zip(["ref/000/00\(id)", "distort/000/00\(id)_0", "distort/000/00\(id)_1"], reds) {
        try folder.picture(arranged(name) + ".png", red: red)
      }
    }
  }

  static func world(_ lines: [String] = [header] + rows) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try pictures(folder)
    try folder.write(lines.joined(separator: "\n") + "\n", to: "data.csv")
    return folder
  }

  private func made(_ folder: TemporaryFolder, _ settings: String = "") throws -> any TripletDataset {
    try triplets("night:path=\(folder.path),size=8" + settings)
  }

  @Test func splitsAndVotes() throws {
    let folder = try Self.world()
    func references(_ settings: String) throws -> [Int] {
      let data = try made(folder, settings)
      return reds(try data.triplets(Array(0..<data.count)).references)
    }
    #expect(try references("") == [10, 50, 210])
    #expect(try references(",split=test-imagenet") == [10, 210])
    #expect(try references(",split=test-no-imagenet") == [50])
    #expect(try references(",split=train") == [130])
    #expect(try references(",split=val") == [170])
    #expect(try references(",votes=5") == [10, 50, 90, 210])
    #expect(try references(",votes=7") == [50])
    #expect(try references(",count=2") == [10, 50])
  }

  @Test func sidesAndVotes() throws {
    let folder = try Self.world()
    let data = try made(folder)
    let batch = try data.triplets([2, 0, 1])
    #expect(reds(batch.references) == [210, 10, 50])
    #expect(reds(batch.first) == [220, 20, 60])
    #expect(reds(batch.second) == [230, 30, 70])
    #expect(batch.votes == [0, 1, 0])
    #expect(data.name(of: 2) == "ref/000/005.png")
    #expect(data.images == ImageSpec(channels: 3, height: 8, width: 8))
    #expect(try triplets("night:path=\(folder.path)").images.height == 224)
    #expect(try DatasetLaws.violations(of: data, indices: [0, 2, 1]).isEmpty)
  }

  @Test func columnsAreFoundByNameInAnyOrder() throws {
    let folder = try Self.world()
    let expected = try made(folder).triplets([0, 1, 2])
    let shuffled =
      ["IS_IMAGENET,category,split,right_path,left_path,ref_path,votes,right_vote,left_vote,id"]
      + Self.rows.map { row in
        var fields = Array(row.split(separator: ",").map(String.init).reversed())
        fields.insert("\"a cat, sitting\"", at: 1)
        return fields.joined(separator: ",")
      }
    try folder.write("\u{FEFF}" + shuffled.joined(separator: "\r\n"), to: "data.csv")
    #expect(try made(folder).triplets([0, 1, 2]).references == expected.references)
    #expect(try made(folder).triplets([0, 1, 2]).votes == expected.votes)
    // Without a header, or with other names for what LipSim takes by position.
    for header in [[], ["n,l,r,v,a,b,c,split,is_imagenet"]] {
      try folder.write((header + Self.rows).joined(separator: "\n"), to: "data.csv")
      let data = try made(folder, ",split=test-imagenet")
      #expect(data.count == 2)
      #expect(try data.triplets([0]).votes == [1])
    }
  }

  @Test(arguments: ["", "nights/"]) func layouts(_ prefix: String) throws {
    let layouts: [(String) -> String] = [
      { $0 },
      // A chunk that was unpacked into a folder of its own name, or of its own path.
      { $0.replacingOccurrences(of: "/000/", with: "/000/000/") },
      {
        $0.replacingOccurrences(of: "ref/", with: "ref/ref/").replacingOccurrences(
          of: "distort/", with: "distort/distort/")
      },
    ]
    for layout in layouts {
      let folder = try TemporaryFolder()
      try Self.pictures(folder) { prefix + layout($0) }
      try folder.write(([Self.header] + Self.rows).joined(separator: "\n"), to: prefix + "data.csv")
      #expect(reds(try made(folder).triplets([0, 1, 2]).second) == [30, 70, 230])
    }
  }

  @Test func theIdentityIsOfWhatIsUsed() throws {
    let folder = try Self.world()
    func content(_ settings: String = "") throws -> [[UInt8]] {
      var parts: [[UInt8]] = []
      try made(folder, settings).forEachContent { parts.append(Array($0)) }
      return parts
    }
    let before = try content()
    #expect(before.count == 3 * 4)
    try folder.write("other", to: "ref/000/003.png")  // of the split train
    #expect(try content() == before)
    try folder.picture("distort/000/000_1.png", red: 31)
    #expect(try content() != before)
    let now = try content()
    try folder.write(
      ([Self.header] + Self.rows).joined(separator: "\n").replacingOccurrences(of: "5,1,0,6", with: "5,0,1,6"),
      to: "data.csv")
    #expect(try content() != now)
  }

  @Test func whatIsMissingIsNamed() throws {
    let folder = try Self.world()
    let reference = "night:path=\(folder.path),size=8"
    try folder.remove("ref/000/005.png")
    try folder.remove("distort/000/001_0.png")
    let absent = complaint(reference)
    #expect(absent.contains("2 pictures of data.csv are not there"), "\(absent)")
    #expect(absent.contains("\(folder.path)/distort/000/001_0.png") && absent.contains("data fetch night"))
    #expect(try triplets(reference + ",count=1").count == 1)
    try folder.remove("data.csv")
    #expect(complaint(reference).contains("data.csv is not there; get it out of nights.zip"))
    let empty = try TemporaryFolder()
    #expect(complaint("night:path=\(empty.path)").contains("data.csv is not there; get NIGHTS"))
    #expect(complaint("night:path=\(empty.path)/nowhere").contains("no such file or folder"))
  }

  @Test func whatIsWrongInTheTableIsNamedWithItsLine() throws {
    func text(_ row: String, _ settings: String = "", header: String = Self.header) throws -> String {
      let folder = try Self.world([header, row])
      return complaint("night:path=\(folder.path),size=8" + settings)
    }
    let good = Self.row(0, 1, 6, "test", "True")
    #expect(
      try text(good.replacingOccurrences(of: ",6,", with: ",six,")).contains("data.csv:2: got 'six', expected votes"))
    #expect(
      try text(good.replacingOccurrences(of: "0,0,1,", with: "0,0,3,")).contains(
        "got '3', expected right_vote, a number from 0 to 1"))
    #expect(try text(good.replacingOccurrences(of: "0,0,1,", with: "0,0,nan,")).contains("got 'nan'"))
    #expect(
      try text(good.replacingOccurrences(of: "ref/000", with: "ref/../..")).contains(
        "expected ref_path, a path of a file below"))
    #expect(try text(good.replacingOccurrences(of: "ref/000", with: "/etc")).contains("expected ref_path"))
    #expect(
      try text(good.replacingOccurrences(of: "test", with: "dev")).contains(
        "got the split 'dev', expected train, val or test"))
    #expect(
      try text("0,0,1,6,ref/000/000.png").contains(
        "data.csv:2: got 5 fields, expected at least 8, of which the last is split"))
    #expect(
      try text(good.replacingOccurrences(of: "True", with: "yes"), ",split=test-imagenet").contains(
        "got 'yes', expected is_imagenet"))
    #expect(
      try text(good.replacingOccurrences(of: "6,", with: "2,")).contains(
        "none of its 1 row has the split test and at least 6 votes"))
    #expect(
      try text(good, header: "id,left_vote,right_vote,votes,ref_path,left,right,split,is_imagenet")
        .contains("data.csv:1: no columns called left_path, right_path; the first line names id, left_vote"))
    #expect(
      try text(good, header: Self.header.replacingOccurrences(of: ",split", with: ",part")).contains(
        "no column called split"))
    #expect(try text(good + "\n\"open").contains("line 3: a quote opens a field"))
    let empty = try Self.world([])
    #expect(complaint("night:path=\(empty.path)").contains("none of its 0 rows has anything in it"))
  }

  @Test func aBrokenPictureIsNamed() throws {
    let folder = try Self.world()
    try folder.write("I am a text", to: "distort/000/000_0.png")
    let data = try made(folder)
    let text = message { _ = try data.triplets([1, 0]) }
    #expect(text.contains("dataset night") && text.contains("distort/000/000_0.png: not a JPEG or PNG picture"))
  }
}
