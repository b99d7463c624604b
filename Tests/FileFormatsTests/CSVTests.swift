import FileFormats
import Foundation
import Tensors
import Testing

struct CSVTests {
  private func rows(_ text: String) throws -> [[String]] {
    try CSV(decoding: Array(text.utf8), name: "t.csv").records.map(\.fields)
  }

  private func complaint(_ bytes: [UInt8]) -> String {
    do {
      _ = try CSV(decoding: bytes, name: "t.csv")
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func fieldsAndLines() throws {
    #expect(try rows("a,b\r\nc,d") == [["a", "b"], ["c", "d"]])
    #expect(try rows("a,b\nc,d\n") == [["a", "b"], ["c", "d"]])
    #expect(try rows("a\rb\r") == [["a"], ["b"]])
    #expect(try rows("\u{FEFF}a, b ,\n\n\r\n,") == [["a", " b ", ""], ["", ""]])
    #expect(try rows("") == [])
    #expect(try rows("\u{FEFF}") == [])
    #expect(try rows("\n\n") == [])
    #expect(try rows("ä,雪\n") == [["ä", "雪"]])
  }

  @Test func quotes() throws {
    #expect(try rows("\"a,b\",\"say \"\"hi\"\"\",\"\"\n") == [["a,b", "say \"hi\"", ""]])
    #expect(try rows("\"one\r\ntwo\nthree\",x\ny") == [["one\r\ntwo\nthree", "x"], ["y"]])
  }

  @Test func linesAreCountedThroughQuotesAndEmptyLines() throws {
    let table = try CSV(decoding: Array("h\n\n\"a\r\nb\"\r\nlast\n".utf8), name: "t.csv")
    #expect(table.records.map(\.line) == [1, 3, 5])
  }

  @Test func whatIsWrongIsSaidWithItsLine() {
    #expect(complaint(Array("a\nb\"c\n".utf8)).contains("t.csv: not a valid CSV file: line 2: a quote within a field"))
    #expect(complaint(Array("a\n\n\"b\n\n\n".utf8)).contains("line 3: a quote opens a field and nothing closes it"))
    #expect(complaint(Array("\"a\"b\n".utf8)).contains("line 1: more text after a closing quote"))
    #expect(complaint([97, 10, 0xFF, 0xFE]).contains("line 2: text that is not UTF-8"))
    #expect(complaint([97, 10, 98, 0]).contains("line 2: a zero byte"))
    #expect(complaint([0xFF, 0xFE, 97, 0]).contains("it is UTF-16; save it as UTF-8"))
  }

  @Test func filesHaveALimit() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: FileFormatError.self) { try CSV(contentsOf: path) }
    try Data("a,b\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try CSV(contentsOf: path, limit: 4).records.count == 1)
    #expect(throws: FileFormatError.tooLarge(file: path, format: .csv, limit: 3)) {
      try CSV(contentsOf: path, limit: 3)
    }
    #expect(throws: FileFormatError.self) { try CSV(contentsOf: "/") }
  }

  /// Tables of any text, written as the RFC says, are read as they were.
  @Test func whatIsWrittenIsRead() throws {
    let alphabet = ["a", "b", ",", "\"", "\n", "\r", "\r\n", " ", "é", "雪", ""]
    for round in 0..<500 {
      var random = RandomStream(seed: 3, ["csv"], [round])
      let table = (0..<random.integer(below: 5)).map { _ in
        (0...random.integer(below: 4)).map { _ in
          (0..<random.integer(below: 6)).map { _ in alphabet[random.integer(below: alphabet.count)] }.joined()
        }
      }
      let isPlain = random.integer(below: 2) == 0
      let end = random.integer(below: 2) == 0 ? "\r\n" : "\n"
      let text = table.map { row in
        row.map { field in
          let needs = field.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
          // A lone empty field would be an empty line.
          return isPlain && !needs && !(row.count == 1 && field.isEmpty)
            ? field : "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        }.joined(separator: ",") + end
      }.joined()
      #expect(try rows(text) == table)
    }
  }

  /// Whatever the bytes, reading ends with a table no larger than they are, or with an error of one line.
  @Test func anyBytesAreReadOrRefused() throws {
    let original = Array("id,\"a b\",x\r\n1,\"q\"\"r\nline\",3\n2,,\"\"\n".utf8)
    var refused = 0
    for round in 0..<MutationTests.count {
      var random = RandomStream(seed: 15, ["mutation", "csv"], [round])
      var bytes = original
      for _ in 0...random.integer(below: 6) {
        let place = random.integer(below: bytes.count)
        switch random.integer(below: 4) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] = Array(",\"\r\n\u{FEFF}".utf8)[random.integer(below: 7)]
        case 2: bytes.insert(bytes[place], at: place)
        default: if bytes.count > 2 { bytes.remove(at: place) }
        }
      }
      do {
        let table = try CSV(decoding: bytes, name: "t.csv")
        #expect(table.records.reduce(0) { $0 + $1.fields.reduce(0) { $0 + $1.utf8.count } } <= bytes.count)
        #expect(table.records.allSatisfy { !$0.fields.isEmpty })
      } catch let error as FileFormatError {
        refused += 1
        #expect(error.description.hasPrefix("t.csv") && !error.description.contains("\n"))
      }
    }
    #expect(refused > 0)
  }
}
