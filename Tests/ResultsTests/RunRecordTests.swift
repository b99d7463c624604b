import Foundation
import Results
import Testing

@Suite struct RunRecordTests {
  @Test func everythingReadsBack() throws {
    let record = sampleRecord()
    let back = try RunRecord(json: try record.encoded())
    // NaN does not equal itself: compare that point apart, and the rest as a whole.
    #expect(back.subjects[0].training?.log[0].points[1].value.isNaN == true)
    var (left, right) = (record, back)
    left.subjects[0].training?.log = []
    right.subjects[0].training?.log = []
    #expect(left == right)
  }

  @Test func bytesAreTheGoldenOnes() throws {
    let golden = try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Golden/results.json"))
    let bytes = try sampleRecord().encoded()
    #expect(bytes == golden, "the grammar changed: give the schema a new version, or mend the encoder")
    #expect(try RunRecord(json: golden).encoded() == golden)
  }

  @Test func timesAsideEqualWorkGivesEqualBytes() throws {
    let record = sampleRecord()
    var other = record
    other.timing?.seconds = 1
    other.timing?.host = "elsewhere"
    other.timing?.cells = [:]
    #expect(try record.encoded() != other.encoded())
    #expect(try record.withoutTiming().encoded() == other.withoutTiming().encoded())
    // Dictionaries of equal content in another order of insertion.
    other.environment.libraries = ["libpng": "1.6", "oneDNN": "2.6.3"]
    #expect(try record.withoutTiming().encoded() == other.withoutTiming().encoded())
  }

  @Test func fileRoundTripAndMissingFile() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gauntlet-results-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "results.json")
    try sampleRecord().write(to: file)
    #expect(try RunRecord(contentsOf: file).encoded() == sampleRecord().encoded())

    let missing = folder.appending(path: "none/results.json")
    #expect { try RunRecord(contentsOf: missing) } throws: { error in
      guard case ResultsError.unreadable(let name, let reason) = error else { return false }
      return name == missing.path && !reason.isEmpty
    }
    #expect { try sampleRecord().write(to: missing) } throws: { error in
      guard case ResultsError.unwritable(missing.path, _) = error else { return false }
      return true
    }
  }
}
