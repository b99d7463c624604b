import Foundation
import GauntletKit
import GauntletLaws
import Testing

struct CSVTripletsTests {
  private func world(_ table: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for i in 0..<5 { try folder.picture("pictures/\(i).\(i % 2 == 0 ? "png" : "jpg")", red: UInt8(50 * i)) }
    try folder.write(table, to: "table.csv")
    return folder
  }

  private static let good = "reference,first,second,vote\npictures/0.png,pictures/2.png,pictures/4.png,0.25\n"

  @Test func votesAndWinners() throws {
    let folder = try world(Self.good)
    let data = try triplets("triplets-csv:path=\(folder.path)/table.csv,size=8")
    let batch = try data.triplets([0])
    #expect((reds(batch.references), reds(batch.first), reds(batch.second)) == ([0], [100], [200]))
    #expect(batch.votes == [0.25])
    #expect(data.name(of: 0) == "pictures/0.png")

    try folder.write(
      "\u{FEFF}Name, Second ,first,Reference,winner,note\r\n"
        + "\"one, two\",4.png,2.png,0.png,first,x\r\n,2.png,4.png,0.png,SECOND,\r\nthird,4.png,2.png,0.png,tie,\r\n",
      to: "table.csv")
    let named = try triplets("triplets-csv:path=\(folder.path)/table.csv,root=\(folder.path)/pictures,size=8")
    let all = try named.triplets([0, 1, 2])
    #expect(all.votes == [0, 1, 0.5])
    #expect(reds(all.first) == [100, 200, 100])
    #expect((0..<3).map { named.name(of: $0) } == ["one, two", "0.png", "third"])
    #expect(try DatasetLaws.violations(of: named, indices: [2, 0]).isEmpty)
  }

  @Test func everyBadRowIsNamed() throws {
    func text(_ table: String) throws -> String {
      let folder = try world(table)
      return complaint("triplets-csv:path=\(folder.path)/table.csv")
    }
    let header = "reference,first,second,vote\n"
    let row = "pictures/0.png,pictures/2.png,pictures/4.png"
    #expect(try text("").contains("table.csv: none of its 0 rows has anything in it"))
    #expect(try text(header).contains("none of its 0 rows has a triplet"))
    #expect(try text("reference,first\n").contains("table.csv:1: no columns called second, vote (or winner)"))
    #expect(try text("reference,first,second\n" + row).contains("no column called vote (or winner)"))
    #expect(try text("reference,first,second,vote,winner\n").contains(":1: got both vote and winner"))
    #expect(try text("reference,first,second,vote,First\n").contains(":1: got two columns called first"))
    #expect(try text(header + row + ",1\n" + row + "\n").contains(":3: got 3 fields, expected 4"))
    #expect(try text(header + row + ",1,2\n").contains(":2: got 5 fields, expected 4"))
    #expect(try text(header + row + ",1.01\n").contains(":2: got '1.01', expected vote, a number from 0 to 1"))
    #expect(try text(header + row + ",nan\n").contains(":2: got 'nan'"))
    #expect(try text(header + row + ",\n").contains(":2: got nothing, expected vote in column 4"))
    #expect(try text(header + ",a,b,1\n").contains(":2: got nothing, expected reference in column 1"))
    #expect(
      try text(header + "/a.png,a,b,1\n").contains(":2: got '/a.png', expected reference, a path of a file below"))
    #expect(try text(header + "a.png,../a,b,1\n").contains(":2: got '../a', expected first"))
    #expect(
      try text("reference,first,second,winner\n" + row + ",left\n").contains(
        "got the winner 'left', expected first, second or tie"))
    #expect(try text(header + row + ",1\nnone.png,pictures/2.png,pictures/4.png,1\n").contains("/none.png)"))
    #expect(try text(header + row + ",1\n\"open").contains("line 3: a quote opens a field"))
    #expect(complaint("triplets-csv:path=/nowhere.csv").contains("/nowhere.csv: no such file"))
    #expect(complaint("triplets-csv:path=/tmp").contains("it is a folder"))
  }
}
