import Comparisons
import Reports
import Results
import Testing

struct LeaderboardTests {
  private typealias Fixture = RunsFixture

  private func run(
    _ name: String, _ made: (record: RunRecord, samples: SampleRecord), isPaired: Bool = true
  ) -> Leaderboard.Run {
    Leaderboard.Run(name: name, record: made.record, samples: isPaired ? made.samples : nil)
  }

  private func board(_ board: Leaderboard, _ epsilon: String) throws -> Leaderboard.Board {
    try #require(board.boards.first { $0.question.threat?.text == epsilon })
  }

  @Test func ranksAreRangesOfWhatNoTestTellsApart() throws {
    let made = Fixture().run(["low": 30, "high": 80, "twin": 80, "middle": 55])
    let board = try board(Leaderboard([run("one", made)], replicates: 200), "4/255")
    #expect(Set(board.entries[..<2].map(\.subject.id)) == ["high", "twin"])
    #expect(board.entries[2...].map(\.subject.id) == ["middle", "low"])
    #expect(board.entries.map(\.rank) == [1...2, 1...2, 3...3, 4...4])
    #expect(board.pairedTests == 6 && board.tests == 6)
    #expect(board.entries[0].clean?.name == ScoreName.twoAlternativeNatural && board.entries[0].certified == nil)
    #expect(board.entries[0].cost.passes == 40)
    // Four seconds for 16,000 passes.
    #expect(board.entries[0].cost.milliseconds == 0.25)
  }

  @Test func runsAreJoinedWhereTheyAskedTheSame() throws {
    let leaderboard = Leaderboard(
      [run("one", Fixture().run(["a": 80])), run("two", Fixture().run(["b": 50]))], replicates: 200)
    let board = try board(leaderboard, "4/255")
    #expect(board.entries.map(\.runs) == [["one"], ["two"]] && board.differences.isEmpty)
    #expect(board.entries.map(\.rank) == [1...1, 2...2])
    #expect(leaderboard.boards.count == 2)
  }

  @Test func theSameResultIsOneEntry() throws {
    let made = Fixture().run(["a": 80, "b": 50])
    let board = try board(Leaderboard([run("one", made), run("two", made)], replicates: 200), "4/255")
    #expect(board.entries.map(\.runs) == [["one", "two"], ["one", "two"]])
    // With another score it is another entry.
    let other = Fixture().run(["a": 60, "b": 50])
    let both = try self.board(Leaderboard([run("one", made), run("two", other)], replicates: 200), "4/255")
    #expect(both.entries.map(\.subject.id) == ["a", "a", "b"])
  }

  @Test(arguments: [
    (RunsFixture(fingerprint: "g"), "pairs holds other images or labels"),
    (RunsFixture(seed: 2), "seeds 1 and 2"), (RunsFixture(steps: 40), "steps=20"),
  ])
  func whatWasAskedOtherwiseIsABoardOfItsOwnAndSaysWhy(_ fixture: RunsFixture, _ reason: String) throws {
    let leaderboard = Leaderboard(
      [run("one", Fixture().run(["a": 80])), run("two", fixture.run(["b": 50]))], replicates: 100)
    let boards = leaderboard.boards.filter { $0.question.threat?.text == "4/255" }
    #expect(boards.count == 2 && boards.allSatisfy { $0.entries.count == 1 })
    for board in boards { #expect(board.differences.count == 1) }
    #expect(boards[0].differences[0].contains(reason), "\(boards[0].differences)")
    let page = LeaderboardReport(leaderboard).page()
    #expect(page.contains("Apart from board 3") && page.contains("Apart from board 1"))
  }

  @Test func subjectsThatCannotBeTrustedAreKeptApart() throws {
    var made = Fixture().run(["a": 80, "b": 50, "c": 60, "d": 20])
    made.record.warnings = [
      .init(severity: .caution, code: "collapsed", text: "a has collapsed", subject: "a", dataset: "pairs"),
      .init(severity: .note, code: "other", text: "nothing", subject: "b"),
    ]
    let place = try #require(made.record.cells.firstIndex { $0.subject == "c" })
    made.record.cells[place].violations = 2
    let leaderboard = Leaderboard([run("one", made)], replicates: 200)
    let board = try board(leaderboard, "4/255")
    #expect(board.entries.map(\.subject.id) == ["b", "d"] && board.entries.map(\.rank) == [1...1, 2...2])
    #expect(board.apart.map(\.subject.id) == ["a", "c"] && board.apart.allSatisfy { $0.rank == nil })
    #expect(board.apart.map { $0.faults.map(\.code) } == [["collapsed"], ["violations"]])
    let report = LeaderboardReport(leaderboard)
    #expect(report.page().contains("href=\"#trust-collapsed\"") && report.page().contains("id=\"trust-collapsed\""))
    #expect(report.text().contains("not ranked: A") && report.markdown().contains("Not ranked: A"))
  }

  @Test func withoutSamplesTestsAreUnpairedAndFindLess() throws {
    let made = Fixture(samples: 150).run(["a": 60, "b": 52])
    let paired = try board(Leaderboard([run("one", made)], replicates: 200), "4/255")
    let leaderboard = Leaderboard([run("one", made, isPaired: false)], replicates: 200)
    let unpaired = try board(leaderboard, "4/255")
    #expect(paired.entries.map(\.rank) == [1...1, 2...2])
    #expect(unpaired.entries.map(\.rank) == [1...2, 1...2] && unpaired.pairedTests == 0)
    #expect(leaderboard.notes.contains { $0.contains("samples.json") })
  }

  @Test func withoutAnAttackTheNaturalScoreIsRanked() throws {
    var made = Fixture().run(["a": 80, "b": 50])
    made.record.scores.removeAll { $0.threat != nil }
    let leaderboard = Leaderboard([run("one", made)], replicates: 100)
    #expect(leaderboard.boards.count == 1)
    #expect(leaderboard.boards[0].question.score == ScoreName.twoAlternativeNatural)
    #expect(leaderboard.boards[0].entries.map(\.rank) == [1...2, 1...2])
  }

  @Test func nothingToRankIsAPageToo() throws {
    var made = Fixture().run(["a": 80])
    made.record.scores = []
    let report = LeaderboardReport(Leaderboard([run("one", made)]))
    #expect(report.text().contains("nothing to rank") && report.page().contains("Nothing to rank"))
    #expect(try report.json().contains("gauntlet-leaderboard/1"))
  }
}
