import Foundation
import Results
import Testing

@Suite struct ValidationTests {
  private func text() throws -> String { String(decoding: try sampleRecord().encoded(), as: UTF8.self) }

  private func error(reading text: String) -> ResultsError? {
    do {
      _ = try RunRecord(json: Data(text.utf8), file: "r.json")
      return nil
    } catch { return error as? ResultsError }
  }

  @Test func anotherSchemaIsNamed() throws {
    // The next version may lack every other key: the schema must be told before them.
    let error = error(reading: #"{"schema": "gauntlet-results/2"}"#)
    #expect(error == .unknownSchema(file: "r.json", got: "gauntlet-results/2", expected: "gauntlet-results/1"))
    #expect(error?.description.contains("gauntlet-results/2") == true)
  }

  @Test func malformedTextNamesTheKey() throws {
    #expect(error(reading: "{") != nil)
    #expect(error(reading: "[]") != nil)
    let noSeed = try text().replacingOccurrences(of: "\"seed\"", with: "\"need\"")
    #expect(error(reading: noSeed) == .malformed(file: "r.json", key: "suite.seed", reason: "the key is missing"))
    let wrongType = try text().replacingOccurrences(of: "\"forwards\" : 40", with: "\"forwards\" : \"forty\"")
    guard case .malformed("r.json", "cells[0].forwards", _) = error(reading: wrongType) else {
      Issue.record("got \(String(describing: error(reading: wrongType)))")
      return
    }
    let state = try text().replacingOccurrences(of: "\"skipped\"", with: "\"lost\"")
    guard case .malformed("r.json", "cells[1].status.state", _) = error(reading: state) else {
      Issue.record("got \(String(describing: error(reading: state)))")
      return
    }
  }

  @Test func contradictionsAreFound() throws {
    func key(_ change: (inout RunRecord) -> Void) -> String? {
      var record = sampleRecord()
      change(&record)
      do {
        try record.validate()
        return nil
      } catch { if case ResultsError.inconsistent(_, let key, _) = error { return key } else { return "?" } }
    }
    #expect(key { _ in } == nil)
    #expect(key { $0.cells[1].id = "c1" } == "cells[1].id")
    #expect(key { $0.subjects.append($0.subjects[0]) } == "subjects[1].id")
    #expect(key { $0.cells[0].subject = "x" } == "cells[0].subject")
    #expect(key { $0.cells[0].attack = "x" } == "cells[0].attack")
    #expect(key { $0.scores[1].dataset = "x" } == "scores[1].dataset")
    #expect(key { $0.subjects[0].training?.dataset = "x" } == "subjects[0].training.dataset")
    #expect(key { $0.subjects[0].training?.log[0].points[1].step = 0 } == "subjects[0].training.log[0]")
    #expect(key { $0.scores[0].interval?.low = 2 } == "scores[0].interval")
    #expect(key { $0.scores[0].interval?.level = 95 } == "scores[0].interval.level")
    #expect(key { $0.attacks[0].threat.epsilon = -1 } == "attacks[0].threat.epsilon")
    #expect(key { $0.scores[0].n = -1 } == "scores[0].n")
    #expect(key { $0.cells[0].forwards = -1 } == "cells[0]")
    #expect(key { $0.cells[0].worst[0].clean = "../../etc/passwd" } == "cells[0].worst[0]")
    #expect(key { $0.cells[0].worst[0].context[0].path = "/etc/passwd" } == "cells[0].worst[0]")
  }

  @Test func aBrokenRecordIsNotWritten() {
    var record = sampleRecord()
    record.cells[0].dataset = "x"
    #expect(throws: ResultsError.self) { try record.encoded() }
  }
}
