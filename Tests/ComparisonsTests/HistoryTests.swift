import Comparisons
import Foundation
import Reports
import Results
import Testing

struct HistoryTests {
  /// A run of the given day.
  private func run(
    _ day: Int, _ skills: KeyValuePairs<String, Int>, _ fixture: RunsFixture = RunsFixture(), isPaired: Bool = true
  ) -> History.Run {
    var fixture = fixture
    fixture.started = String(format: "2026-%02d-%02dT03:00:00Z", 1 + day / 28, 1 + day % 28)
    let made = fixture.run(skills)
    return History.Run(name: "day-\(day)", record: made.record, samples: { isPaired ? made.samples : nil })
  }

  private func series(_ history: History, _ text: String?) throws -> Int {
    try #require(history.series.firstIndex { $0.question.threat?.text == text })
  }

  @Test func aStepIsFoundWhereItIs() throws {
    let history = try History((0..<12).map { run($0, ["a": $0 < 7 ? 70 : 55]) }, replicates: 200)
    #expect(history.runs.count == 12 && history.series.count == 3)
    let place = try series(history, "4/255")
    #expect(history.series[place].pieces.map(\.range) == [0..<7, 7..<12])
    let step = try #require(history.steps.first { $0.series == place })
    #expect(step.before == 6 && step.after == 7 && step.size < -5 && step.isPaired)
    #expect(abs(step.difference - step.size) < 1e-9 && step.adjustedPValue < 0.001)
    // The natural score did not change.
    #expect(try !history.steps.contains { $0.series == (try series(history, nil)) })
    let report = HistoryReport(history)
    #expect(report.text().contains("worse") && report.text().contains("day-7"))
    #expect(report.page().contains("class=\"step worse\"") && report.page().contains("2026-01-08 03:00"))
    #expect(try report.json().contains("\"verdict\" : \"worse\""))
  }

  @Test func runsAreOrderedByTheirStart() throws {
    let history = try History([5, 1, 9, 0].map { run($0, ["a": 70]) }, replicates: 100)
    #expect(history.runs.map(\.name) == ["day-0", "day-1", "day-5", "day-9"] && history.notes.isEmpty)
    let untimed = History.Run(
      name: "x", record: RunsFixture(started: nil).run(["a": 70]).record, samples: { nil })
    let given = try History([run(5, ["a": 70]), untimed, run(1, ["a": 70])], replicates: 100)
    #expect(given.runs.map(\.name) == ["day-5", "x", "day-1"] && given.notes.count == 1)
  }

  @Test func twoRunsAreAHistory() throws {
    let history = try History([run(0, ["a": 70]), run(1, ["a": 40])], replicates: 200)
    let place = try series(history, "4/255")
    #expect(history.steps.contains { $0.series == place && $0.adjustedPValue < 0.01 })
    let still = try History([run(0, ["a": 70]), run(1, ["a": 70])], replicates: 200)
    #expect(still.steps.isEmpty && HistoryReport(still).page().contains("No score changed its level."))
  }

  @Test func otherAttacksBeginANewLine() throws {
    let runs = (0..<4).map { run($0, ["a": 70]) } + (4..<8).map { run($0, ["a": 70], RunsFixture(steps: 40)) }
    let history = try History(runs, replicates: 100)
    let lines = history.series.filter { $0.question.threat?.text == "4/255" }
    #expect(lines.map { $0.points.map(\.run) } == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(history.steps.isEmpty)
    #expect(HistoryReport(history).page().contains("begins at 2026-01-05 03:00 with other data or attacks"))
  }

  @Test func withoutSamplesAStepIsTestedByIntervals() throws {
    let history = try History(
      (0..<10).map { run($0, ["a": $0 < 5 ? 70 : 66], isPaired: false) }, replicates: 100)
    let place = try series(history, "4/255")
    let step = try #require(history.steps.first { $0.series == place })
    // Four points of 400 samples: a step of the series, and not more than chance for the data at large.
    #expect(!step.isPaired && step.pValue > 0.05)
    #expect(HistoryReport(history).text().contains("not significant"))
  }

  @Test func samplesAreReadAtStepsOnly() throws {
    final class Counter: @unchecked Sendable {
      private let lock = NSLock()
      private var names: [String] = []
      func add(_ name: String) { lock.withLock { names.append(name) } }
      var all: [String] { lock.withLock { names } }
    }
    let counter = Counter()
    let runs = (0..<9).map { day -> History.Run in
      var fixture = RunsFixture(samples: 100)
      fixture.started = "2026-01-0\(day + 1)T00:00:00Z"
      let made = fixture.run(["a": day < 4 ? 80 : 40])
      return History.Run(
        name: "\(day)", record: made.record,
        samples: {
          counter.add("\(day)")
          return made.samples
        })
    }
    _ = try History(runs, replicates: 100)
    #expect(Set(counter.all) == ["3", "4"] && counter.all.count == 2)
  }

  @Test func fiveHundredRuns() throws {
    let skills = [70, 64, 72]
    let history = try History(
      (0..<500).map { run($0, ["a": skills[$0 / 170]], RunsFixture(samples: 60)) }, replicates: 50)
    let place = try series(history, "4/255")
    #expect(history.series[place].pieces.map(\.range.lowerBound) == [0, 170, 340])
    let page = HistoryReport(history).page()
    #expect(page.utf8.count < 500_000)
  }
}
