import Foundation
import Results
import Testing

/// Pages made from the records of runs alone: no ledger, no data, no models.
struct PagesTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A folder with the record of a run of one subject under one attack.
  private func run(_ name: String, day: Int, score: Double) throws -> String {
    let threat = RunRecord.Threat(norm: "linf", epsilon: 4.0 / 255, text: "4/255")
    let card = RunRecord.Card(version: "1", definition: "d")
    func interval(_ value: Double) -> RunRecord.Interval {
      .init(low: value - 2, high: value + 2, level: 0.95, method: "wilson")
    }
    let record = RunRecord(
      suite: .init(name: "s", seed: 1, resolved: "s", sha256: "0"), versions: .init(gauntlet: "0.1.0", numerics: "3"),
      environment: .init(instructionSet: "x86-64-v4", libraries: [:]),
      datasets: [
        .init(
          id: "pairs", title: "Pairs", plugin: "pairs", spec: "pairs", image: .init(channels: 3, height: 8, width: 8),
          counts: [:], fingerprint: "f")
      ],
      subjects: [.init(id: "ssim", title: "SSIM", kind: .metric, plugin: "ssim", spec: "ssim", card: card)],
      attacks: [.init(id: "pgd", title: "PGD", plugin: "pgd", spec: "pgd:eps=4/255", card: card, threat: threat)],
      cells: [],
      scores: [
        .init(
          subject: "ssim", dataset: "pairs", name: ScoreName.twoAlternativeNatural, title: "2AFC", value: 90,
          interval: interval(90), n: 400, definition: "natural"),
        .init(
          subject: "ssim", dataset: "pairs", attack: "pgd", threat: threat, name: ScoreName.twoAlternativeEmpirical,
          title: "2AFC under attack", value: score, interval: interval(score), n: 400, definition: "attacked"),
      ], reproduce: "gauntlet run s.yaml",
      timing: .init(
        started: "2026-03-0\(day)T00:00:00Z", finished: "2026-03-0\(day)T00:01:00Z", seconds: 60, host: "",
        processor: "", threads: 2))
    let folder = scratch.file(name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try record.write(to: URL(fileURLWithPath: "\(folder)/results.json"))
    return folder
  }

  @Test func aPageFromTheRecordAlone() throws {
    let folder = try run("one", day: 1, score: 50)
    let page = scratch.file("page.html")
    #expect(try GauntletProcess.run("report", folder, "-o", page).status == 0)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.contains("SSIM") && !html.contains("id=\"pairs-data\""))
  }

  @Test func aLeaderboardOfTwoRuns() throws {
    let folders = [try run("one", day: 1, score: 50), try run("two", day: 2, score: 70)]
    let page = scratch.file("board.html")
    let outcome = try GauntletProcess.run(["leaderboard"] + folders + ["-o", page], environment: [:])
    #expect(outcome.status == 0, "\(outcome.error)")
    let lines = outcome.output.split(separator: "\n")
    let first = try #require(lines.firstIndex { $0.contains("SSIM (two)") })
    #expect(lines[first + 1].contains("SSIM (one)"), "\(outcome.output)")
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Without samples.json"))
    let json = try GauntletProcess.run(["leaderboard", "--json"] + folders, environment: [:])
    #expect(json.output.contains("\"schema\" : \"gauntlet-leaderboard/1\""))
    #expect(try GauntletProcess.run(["leaderboard", "--markdown"] + folders, environment: [:]).output.hasPrefix("# "))
  }

  @Test func aHistoryStandsInTheOrderOfTime() throws {
    let folders = [
      try run("late", day: 9, score: 50), try run("early", day: 1, score: 70), try run("middle", day: 5, score: 70),
    ]
    let page = scratch.file("history.html")
    let outcome = try GauntletProcess.run(["history"] + folders + ["-o", page], environment: [:])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("2026-03-09 00:00") && outcome.output.contains("worse"), "\(outcome.output)")
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Scores over time"))
    let json = try GauntletProcess.run(["history", "--json"] + folders, environment: [:]).output
    let names = ["early", "middle", "late"].compactMap { json.range(of: "\"name\" : \"\($0)\"")?.lowerBound }
    #expect(names.count == 3 && names == names.sorted())
  }

  @Test func whatIsWrongIsSaid() throws {
    let folder = try run("one", day: 1, score: 50)
    let alone = try GauntletProcess.run("history", folder)
    #expect(alone.status == 64 && alone.error.contains("at least two runs"), "\(alone.error)")
    for command in ["leaderboard", "history"] {
      let missing = try GauntletProcess.run(command, folder, scratch.file("none"))
      #expect(missing.status == 66 && missing.error.contains("none/results.json: no such"), "\(missing.error)")
    }
    let both = try GauntletProcess.run("leaderboard", folder, "--json", "--markdown")
    #expect(both.status == 64 && both.error.contains("exclude each other"))
    let unwritable = try GauntletProcess.run("leaderboard", folder, "-o", "/proc/none/board.html")
    #expect(unwritable.status == 73, "\(unwritable.error)")
  }
}
