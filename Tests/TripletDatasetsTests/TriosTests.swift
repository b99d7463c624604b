import Foundation
import GauntletKit
import GauntletLaws
import Tensors
import Testing

struct TriosTests {
  private func world(_ list: String = "0 1 2\n3 4 5\n") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for i in 0..<6 { try folder.picture(i == 3 ? "3.jpg" : "\(i).png", red: UInt8(40 * i)) }
    try folder.write(list, to: "things_valset.txt")
    return folder
  }

  @Test func threePicturesALine() throws {
    let folder = try world()
    let data = try dataset("things:path=\(folder.path),size=8")
    let trios = try #require(data as? any OddOneOutDataset)
    #expect(trios.trioCount == 2)
    let batch = try trios.trios([0])
    #expect((reds(batch.first), reds(batch.second), reds(batch.odd)) == ([0], [40], [80]))
    #expect(trios.name(ofTrio: 1) == "3.jpg 4.png 5.png")
    #expect(try DatasetLaws.violations(of: trios, indices: [1, 0]).isEmpty)
  }

  @Test func twoQuestionsALine() throws {
    let folder = try world("0 1 2\r\n5,4,1.png\n")
    let data = try triplets("things:path=\(folder.path),size=8")
    #expect(data.count == 4)
    let batch = try data.triplets([0, 1, 2, 3])
    #expect(reds(batch.references) == [0, 40, 200, 160])
    #expect(reds(batch.first) == [40, 80, 160, 40])
    #expect(reds(batch.second) == [80, 0, 40, 200])
    #expect(batch.votes == [0, 1, 0, 1])
    #expect(data.name(of: 3) == "4.png: 5.png against 1.png")
    #expect(try DatasetLaws.violations(of: data, indices: [2, 1]).isEmpty)
  }

  /// A row's odd-one-out answer is right where both of its questions are.
  @Test func bothQuestionsTogetherAreTheOddOneOut() throws {
    let names = (0..<6).flatMap { a in (0..<6).flatMap { b in (0..<6).map { [a, b, $0] } } }.filter {
      Set($0).count == 3
    }
    let folder = try world(names.map { $0.map(String.init).joined(separator: " ") }.joined(separator: "\n"))
    let data = try dataset("things:path=\(folder.path),size=8")
    let (rows, questions) = (try #require(data as? any OddOneOutDataset), try #require(data as? any TripletDataset))
    var right = 0
    for row in 0..<rows.trioCount {
      let trio = try rows.trios([row])
      // Squares, so that no two distances are equal.
      func distance(_ a: Tensor, _ b: Tensor) -> Float {
        let (x, y) = (Float(reds(a)[0]), Float(reds(b)[0]))
        return abs(x * x - y * y)
      }
      let credit = oddOneOutCredit(
        pair: distance(trio.first, trio.second), firstToOdd: distance(trio.first, trio.odd),
        secondToOdd: distance(trio.second, trio.odd))
      let credits = try [2 * row, 2 * row + 1].map { question in
        let batch = try questions.triplets([question])
        return twoAlternativeCredit(
          votes: Double(batch.votes[0]), first: distance(batch.references, batch.first),
          second: distance(batch.references, batch.second))
      }
      #expect(credit == credits[0] * credits[1])
      right += Int(credit)
    }
    #expect(right > 0 && right < rows.trioCount)
  }

  @Test func aListElsewhere() throws {
    let folder = try world()
    try folder.write("4 5 0\n", to: "lists/mine.txt")
    #expect(try triplets("things:path=\(folder.path),triplets=\(folder.path)/lists/mine.txt").count == 2)
  }

  @Test func whatIsWrongIsNamedWithItsLine() throws {
    func text(_ list: String) throws -> String {
      let folder = try world(list)
      return complaint("things:path=\(folder.path)")
    }
    #expect(try text("0 1 2\n\n3 4\n").contains("things_valset.txt:3: got 2 names, expected three names of pictures"))
    #expect(try text("0 1 ../2\n").contains(":1: got '../2'"))
    #expect(try text("0 1 0\n").contains(":1: got the same name twice"))
    #expect(try text("0 1 7\n0 8 2").contains("2 pictures of"))
    #expect(try text("0 1 7\n").contains("/7)"))
    #expect(try text("\n \n").contains("none of its 0 rows has three names"))
    let folder = try world()
    try folder.write([48, 32, 0xFF, 10], to: "things_valset.txt")
    #expect(complaint("things:path=\(folder.path)").contains(":1: got text that is not UTF-8"))
    try folder.remove("things_valset.txt")
    #expect(complaint("things:path=\(folder.path)").contains("things_valset.txt is not there; get THINGS"))
  }
}
