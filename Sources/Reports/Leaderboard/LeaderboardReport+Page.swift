internal import Comparisons
internal import Results

extension LeaderboardReport {
  /// The boards as one self-contained page; equal boards give equal bytes.
  public func page() -> String {
    var sections = leaderboard.boards.enumerated().map { section($0.element, place: $0.offset) }
    if sections.isEmpty {
      sections.append(
        PageSection("none", "Nothing to rank") {
          tag("p") { "The runs have neither 2AFC nor R@1, natural or under attack." }
        })
    }
    let subjects = Set(
      leaderboard.boards.flatMap { $0.entries + $0.apart }.map { "\($0.subject.id) \($0.subject.spec)" })
    return Page(
      title: "Leaderboard",
      masthead: masthead(
        "Leaderboard",
        "\(Format.counted(subjects.count, "subject")) of \(Format.counted(leaderboard.runs.count, "run")) on "
          + "\(Format.counted(leaderboard.boards.count, "board")). A board holds what was asked the same: data, threat "
          + "model, attacks and their settings, mode, seed.", []),
      notices: tag("div", ["class": "warnings"]) {
        for note in leaderboard.notes {
          tag("p", ["class": "warning note", "role": "note"]) {
            tag("strong") { "Note" }
            " \(note)"
          }
        }
      },
      sections: (sections.count > 3 ? [overview] : []) + sections + (leaderboard.boards.isEmpty ? [] : [about]),
      footer:
        "Written by gauntlet leaderboard. Intervals as stated in the runs' own reports; ε in pixel units of [0, 1]."
    ).render()
  }

  private func anchor(_ place: Int) -> String { "board-\(place + 1)" }

  /// Where there are many boards: who leads each.
  private var overview: PageSection {
    PageSection("overview", "All boards", lead: "The subjects that no other one is better than.") {
      plainTable(
        "Boards", ["Board", "Ranked by", "Dataset", "Threat", "Subjects", "First", "Score"],
        numbers: ["Subjects", "Score"],
        leaderboard.boards.enumerated().map { place, board in
          let first = board.entries.filter { $0.rank?.lowerBound == 1 }
          let names = first.prefix(3).map(\.subject.title).joined(separator: ", ")
          return [
            tag("a", ["href": "#" + anchor(place)]) { "Board \(place + 1)" }, words(board.title),
            words(board.dataset.title), words(board.question.threat.map(Format.threat) ?? "natural"),
            count(board.entries.count + board.apart.count),
            words(first.count > 3 ? "\(names) and \(first.count - 3) more" : names),
            number(board.entries.first?.robust.value, board.entries.first?.robust.unit ?? .percent),
          ]
        })
    }
  }

  private func section(_ board: Leaderboard.Board, place: Int) -> PageSection {
    let isAttacked = board.question.threat != nil
    let title = "\(place + 1). \(title(of: board))"
    return PageSection(anchor(place), title, lead: board.definition) {
      if !board.entries.isEmpty {
        table(board, isAttacked)
        if board.entries.count > 1, board.entries.allSatisfy({ $0.robust.unit == .percent }) { chart(board) }
        tag("p", ["class": "lead"]) { tests(board) }
      }
      if !board.apart.isEmpty { apart(board) }
      if !board.differences.isEmpty {
        tag("ul", ["class": "reasons"]) { for reason in board.differences { tag("li") { reason } } }
      }
      if isAttacked {
        tag("details") {
          tag("summary") { "Attacks of this board" }
          tag("p", ["class": "hash"]) {
            "\(board.mode.map { "Mode \($0.rawValue). " } ?? "")Seed \(board.question.seed). "
            "Data \(Format.short(board.question.fingerprint))."
          }
          tag("pre") { tag("code") { board.question.conditions.split(separator: "; ").joined(separator: "\n") } }
        }
      }
    }
  }

  private func table(_ board: Leaderboard.Board, _ isAttacked: Bool) -> Markup {
    let attacked = isAttacked ? [cleanHeading(board)] : []
    let names =
      ["Subject", "Rank"] + attacked + [board.title] + (isAttacked ? ["Certified"] : [])
      + ["Training", "Passes a sample", "ms a pass"]
    return plainTable(
      title(of: board), names,
      numbers: Set(["Rank", board.title, "Certified", "Passes a sample", "ms a pass"] + attacked),
      board.entries.map { entry in
        let rank = tag("td", ["class": "n rank", "data-v": entry.rank.map { "\($0.lowerBound)" }]) {
          tag("b") { self.rank(entry) }
        }
        let scores =
          (isAttacked ? [score(entry.clean)] : []) + [score(entry.robust, isMain: true)]
          + (isAttacked ? [score(entry.certified)] : [])
        return [subject(entry), rank] + scores + [
          words(training(entry.cost)), number(entry.cost.passes.map { $0.rounded() }, .plain),
          number(entry.cost.milliseconds, .plain),
        ]
      })
  }

  private func subject(_ entry: Leaderboard.Entry) -> Markup {
    tag("span", ["class": "who \(Marker.colorClass(series(entry)))", "title": entry.subject.spec]) {
      entry.subject.title
    } + tag("small") { leaderboard.runs.count > 1 ? entry.runs.joined(separator: ", ") : entry.subject.plugin }
  }

  /// A subject keeps its colour on every board.
  private func series(_ entry: Leaderboard.Entry) -> Int {
    var order: [String] = []
    for known in leaderboard.boards.flatMap({ $0.entries + $0.apart }).map(\.subject.id) where !order.contains(known) {
      order.append(known)
    }
    return order.firstIndex(of: entry.subject.id) ?? 0
  }

  private func score(_ score: RunRecord.Score?, isMain: Bool = false) -> Markup {
    guard let score else { return tag("td", ["class": "absent"]) { Format.missing } }
    return tag("td", ["class": isMain ? "n main" : "n", "data-v": sortable(score.value), "title": score.definition]) {
      tag("b") { Format.value(score.value, score.unit) }
      if let interval = Format.interval(score.interval, score.unit) { tag("small") { interval } }
    }
  }

  private func chart(_ board: Leaderboard.Board) -> Markup {
    let rows = board.entries.prefix(40).map { entry in
      RankChart.Row(
        label: entry.subject.title, series: series(entry), clean: entry.clean?.value, robust: entry.robust.value,
        interval: entry.robust.interval, certified: entry.certified?.value)
    }
    return tag("div", ["class": "charts wide board"]) {
      figure(
        title(of: board), note: "Filled: ranked score and its interval. Ring: clean. Bar: certified.",
        RankChart(title: title(of: board), rows: Array(rows)).drawing)
    }
  }

  private func apart(_ board: Leaderboard.Board) -> Markup {
    tag("h3") { "Not ranked" }
      + plainTable(
        "Subjects whose scores may not mean what they seem to", ["Subject", board.title, "Why"],
        numbers: [board.title],
        board.apart.map { entry in
          [
            subject(entry), score(entry.robust),
            tag("td", ["class": "wide"]) {
              for fault in entry.faults {
                if TrustGuide.entry(of: fault.code) != nil {
                  tag("a", ["class": "flag", "href": "#" + TrustGuide.anchor(of: fault.code)]) { fault.code }
                } else {
                  tag("span", ["class": "flag"]) { fault.code }
                }
                " \(fault.text) "
              }
            },
          ]
        })
  }

  private var about: PageSection {
    let codes = Set(leaderboard.boards.flatMap(\.apart).flatMap(\.faults).map(\.code))
    return PageSection("about", "How to read it") {
      tag("dl", ["class": "terms"]) {
        for (term, text) in explanations {
          tag("div") {
            tag("dt") { term }
            tag("dd") { text }
          }
        }
        for entry in TrustGuide.entries where codes.contains(entry.code) {
          tag("div", ["id": TrustGuide.anchor(of: entry.code)]) {
            tag("dt") { tag("code", ["class": "code"]) { entry.code } }
            tag("dd") {
              "Raised when: \(entry.sign)."
              tag("small") { entry.meaning + "." }
            }
          }
        }
      }
    }
  }

  private var explanations: [(String, String)] {
    [
      (
        "Rank",
        "From one plus the number of subjects that are better, to the number of subjects less those that are worse. "
          + "Better means told apart by a test, so the order inside of overlapping ranges is chance."
      ),
      (
        "Clean, ranked, certified",
        "Without an attack; what the board ranks by; what is proved at the same threat model."
      ),
      (
        "Training, passes, ms",
        "Updates and wall time of the training in that run; forward and backward passes that the attacks spent on a "
          + "sample; milliseconds a pass. Times depend on the machine."
      ),
      (
        "Not ranked",
        "Collapsed models, signs that an attack failed, failed cells, broken order of natural, empirical and certified."
      ),
    ]
  }
}
