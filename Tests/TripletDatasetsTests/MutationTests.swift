import Foundation
import GauntletKit
import Tensors
import Testing

/// Whatever the bytes of a list, making the dataset ends with triplets or an error of the plugin, of one line.
@Suite(.serialized) struct MutationTests {
  static let count = ProcessInfo.processInfo.environment["GAUNTLET_MUTATIONS"].flatMap(Int.init) ?? 400

  private func hunt(_ original: String, _ file: String, in folder: TemporaryFolder, _ reference: String) throws {
    var outcomes: Set<String> = []
    for round in 0..<MutationTests.count {
      var random = RandomStream(seed: 16, ["mutation", file], [round])
      var bytes = Array(original.utf8)
      for _ in 0...random.integer(below: 4) {
        let place = random.integer(below: bytes.count)
        switch random.integer(below: 5) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] = Array(",\"\n/.0123456789e-nai ".utf8)[random.integer(below: 21)]
        case 2: bytes.insert(bytes[place], at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.integer(below: 9)))
        default: bytes.insert(contentsOf: bytes[..<place], at: place)
        }
        if bytes.isEmpty { bytes = [10] }
      }
      try folder.write(bytes, to: file)
      do {
        let data = try triplets(reference)
        #expect(data.count > 0)
        #expect(try data.triplets([data.count - 1]).votes.allSatisfy { $0 >= 0 && $0 <= 1 })
        outcomes.insert("read")
      } catch let error as PluginError {
        #expect(!error.description.contains("\n"), "\(error)")
        outcomes.insert("refused")
      }
    }
    #expect(outcomes == ["read", "refused"])
  }

  @Test func tablesOfNIGHTS() throws {
    let folder = try NightTests.world()
    let table = ([NightTests.header] + NightTests.rows).joined(separator: "\n")
    try hunt(table, "data.csv", in: folder, "night:path=\(folder.path),size=8")
  }

  @Test func tablesOfOnesOwn() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png", "c.png"] { try folder.picture(name, red: 9) }
    let table = "reference,first,second,vote,name\na.png,b.png,c.png,0.25,one\nb.png,a.png,c.png,1,\"two, three\"\n"
    try hunt(table, "t.csv", in: folder, "triplets-csv:path=\(folder.path)/t.csv,size=8")
  }

  @Test func listsOfTrios() throws {
    let folder = try TemporaryFolder()
    for name in ["0.png", "1.png", "2.png", "3.png"] { try folder.picture(name, red: 9) }
    try hunt("0 1 2\n3 2 1\n1 0 3\n", "things_valset.txt", in: folder, "things:path=\(folder.path),size=8")
  }
}
