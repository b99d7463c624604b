public import Comparisons
internal import Foundation
internal import Results

/// A leaderboard as text for a terminal, Markdown, JSON, or a self-contained page.
public struct LeaderboardReport: PageParts {
  let leaderboard: Leaderboard

  public init(_ leaderboard: Leaderboard) { self.leaderboard = leaderboard }

  /// What a board ranks by: "2AFC under attack, ℓ∞ 8/255, on Drawn triplets".
  func title(of board: Leaderboard.Board) -> String {
    let threat = board.question.threat.map { ", \(Format.threat($0))" } ?? ""
    return "\(board.title)\(threat), on \(board.dataset.title)"
  }

  func rank(_ entry: Leaderboard.Entry) -> String {
    guard let rank = entry.rank else { return Format.missing }
    return rank.lowerBound == rank.upperBound ? "\(rank.lowerBound)" : "\(rank.lowerBound)–\(rank.upperBound)"
  }

  /// The subject's title, with its runs where there are several.
  func name(_ entry: Leaderboard.Entry) -> String {
    leaderboard.runs.count > 1 ? "\(entry.subject.title) (\(entry.runs.joined(separator: ", ")))" : entry.subject.title
  }

  func cleanHeading(_ board: Leaderboard.Board) -> String {
    board.question.score.hasPrefix("2afc-") ? "2AFC clean" : "R@1 clean"
  }

  func tests(_ board: Leaderboard.Board) -> String {
    if board.tests == 0 { return "Nothing to test." }
    let how =
      board.pairedTests == board.tests
      ? "sample by sample"
      : board.pairedTests == 0
        ? "by their intervals"
        : "sample by sample (\(board.pairedTests) of \(board.tests) pairs), by their intervals elsewhere"
    return
      "Ranks are ranges: subjects whose ranges overlap are not told apart at p ≤ \(leaderboard.alpha) "
      + "(Holm), tested \(how)."
  }

  // MARK: Text

  private func header(_ board: Leaderboard.Board) -> [String] {
    var header = ["rank", "subject"]
    if board.question.threat != nil { header.append(cleanHeading(board)) }
    header.append(board.title)
    if board.question.threat != nil { header.append("certified") }
    return header + ["training", "passes/sample", "ms/pass"]
  }

  private func cells(_ entry: Leaderboard.Entry, _ board: Leaderboard.Board) -> [String] {
    var cells = [rank(entry), name(entry)]
    if board.question.threat != nil { cells.append(value(entry.clean)) }
    cells.append(value(entry.robust))
    if board.question.threat != nil { cells.append(value(entry.certified)) }
    return cells + [
      training(entry.cost), entry.cost.passes.map { Format.fixed($0, 0) } ?? Format.missing,
      entry.cost.milliseconds.map { Format.fixed($0, 2) } ?? Format.missing,
    ]
  }

  func training(_ cost: Leaderboard.Cost) -> String {
    let steps = cost.trainingSteps.map { Format.counted($0, "step") }
    // A model that came from the cache took no time in this run.
    let seconds = cost.trainingSeconds.flatMap { $0 >= 0.1 ? Format.duration($0) : nil }
    return [steps, seconds].compactMap(\.self).joined(separator: ", ")
  }

  private func value(_ score: RunRecord.Score?) -> String {
    guard let score else { return Format.missing }
    let interval = Format.interval(score.interval, score.unit)
    return Format.value(score.value, score.unit) + (interval.map { " \($0)" } ?? "")
  }

  public func text() -> String {
    var lines: [String] = []
    for (place, board) in leaderboard.boards.enumerated() {
      lines.append("\(place + 1). \(clean(title(of: board)))")
      lines += TextTable(header: header(board), rows: board.entries.map { cells($0, board).map(clean) })
        .lines(indent: "  ")
      for entry in board.apart {
        lines.append(
          "  not ranked: \(clean(name(entry))), \(value(entry.robust)): "
            + entry.faults.map { clean($0.text) }.joined(separator: "; "))
      }
      lines += ["  \(tests(board))"] + board.differences.map { "  \(clean($0))" } + [""]
    }
    lines += leaderboard.notes.map { "note: \(clean($0))" }
    return (leaderboard.boards.isEmpty ? "nothing to rank" : lines.joined(separator: "\n")) + "\n"
  }

  public func markdown() -> String {
    var blocks = ["# Leaderboard", "Runs: " + leaderboard.runs.map(escaped).joined(separator: ", ") + "."]
    for (place, board) in leaderboard.boards.enumerated() {
      blocks.append("## \(place + 1). \(escaped(title(of: board)))")
      let rows = [header(board), header(board).map { _ in "---" }] + board.entries.map { cells($0, board) }
      blocks.append(
        rows.enumerated().map { index, row in
          "| " + row.map { index == 1 ? $0 : escaped($0) }.joined(separator: " | ") + " |"
        }.joined(separator: "\n"))
      if !board.apart.isEmpty {
        blocks.append(
          board.apart.map { entry in
            "* Not ranked: \(escaped(name(entry))), \(escaped(value(entry.robust))): "
              + entry.faults.map { escaped($0.text) }.joined(separator: "; ")
          }.joined(separator: "\n"))
      }
      blocks.append(([tests(board)] + board.differences).map(escaped).joined(separator: " "))
    }
    blocks += leaderboard.notes.map { "Note: \(escaped($0))" }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func clean(_ text: String) -> String { String(text.map { $0.isNewline || $0 == "\u{1B}" ? " " : $0 }) }
  private func escaped(_ text: String) -> String {
    clean(text).replacingOccurrences(of: "|", with: "\\|").replacingOccurrences(of: "<", with: "&lt;")
  }
}
