internal import Comparisons
internal import Results

extension HistoryReport {
  /// The history as one self-contained page; equal histories give equal bytes.
  public func page() -> String {
    let sections = [steps] + datasets.map(charts) + [runs, about]
    return Page(
      title: "History",
      masthead: masthead("Scores over time", summary, spanned),
      notices: tag("div", ["class": "warnings"]) {
        for note in history.notes {
          tag("p", ["class": "warning note", "role": "note"]) {
            tag("strong") { "Note" }
            " \(note)"
          }
        }
      }, sections: sections, footer: "Written by gauntlet history. ε in pixel units of [0, 1].",
      scripts: [PageScript.tables, PageScript.printing, PageScript.filter]
    ).render()
  }

  private var spanned: [(String, String)] {
    guard let last = history.runs.indices.last, history.runs[last].started != nil else { return [] }
    return [("First run", date(0)), ("Last run", date(last)), ("Version", history.runs[last].version)]
  }

  // MARK: Steps

  private var steps: PageSection {
    PageSection(
      "steps", "Steps",
      lead:
        "Where a score changed its level, latest first. The change is that of the two runs that meet there, with its "
        + "95% interval; p is adjusted by Holm's method over all steps."
    ) {
      if history.steps.isEmpty {
        tag("p") { "No score changed its level." }
      } else {
        plainTable(
          "Steps", ["Date", "Run", "Subject", "Score", "Dataset", "Level", "Size", "Change", "p (Holm)", "Verdict"],
          numbers: ["Level", "Size", "Change", "p (Holm)"], history.steps.map(row))
      }
    }
  }

  private func row(_ step: History.Step) -> [Markup] {
    let series = history.series[step.series]
    let verdict = verdict(step)
    let style = verdict == .worse ? "failed" : verdict == .better ? "gained" : "absent left"
    return [
      tag("a", ["href": "#series-\(step.series + 1)"]) { date(step.after) }, words(history.runs[step.after].name),
      words(subject(series)), words(score(series)), words(dataset(series)),
      tag("td", ["class": "n", "data-v": sortable(step.to)]) {
        "\(Format.value(step.from, series.unit)) → \(Format.value(step.to, series.unit))"
      },
      tag("td", ["class": "n", "data-v": sortable(step.size)]) { tag("b") { signed(step.size, series.unit) } },
      tag("td", ["class": "n", "data-v": sortable(step.difference)]) {
        change(step, series.unit)
        tag("small") { step.isPaired ? "paired" : "unpaired" }
      },
      tag("td", ["class": "n", "data-v": sortable(step.adjustedPValue)]) { probability(step.adjustedPValue) },
      tag("td", ["class": style]) { verdict.rawValue },
    ]
  }

  // MARK: Charts

  /// Datasets by their content: other images under the same name are another dataset.
  private var datasets: [(id: String, title: String, series: [Int])] {
    var groups: [(fingerprint: String, title: String, series: [Int])] = []
    for (place, series) in history.series.enumerated() {
      if let index = groups.firstIndex(where: { $0.fingerprint == series.question.fingerprint }) {
        groups[index].series.append(place)
      } else {
        groups.append((series.question.fingerprint, dataset(series), [place]))
      }
    }
    return groups.enumerated().map { ("dataset-\($0.offset + 1)", $0.element.title, $0.element.series) }
  }

  private func charts(_ group: (id: String, title: String, series: [Int])) -> PageSection {
    PageSection(group.id, group.title) {
      if history.series.count > 6 { filter(group.id) }
      tag("div", ["class": "charts history", "id": "\(group.id)-charts"]) {
        for place in group.series { chart(place) }
      }
    }
  }

  private func filter(_ id: String) -> Markup {
    tag("div", ["class": "choices filter", "hidden": "", "data-for": "\(id)-charts"]) {
      tag("label", ["for": "\(id)-filter"]) {
        "Subject or score"
        tag("input", ["type": "search", "id": "\(id)-filter", "placeholder": "all"])
      }
      tag("label", ["class": "check", "for": "\(id)-steps"]) {
        tag("input", ["type": "checkbox", "id": "\(id)-steps"])
        "only with steps"
      }
      tag("span", ["class": "shown", "role": "status"]) {}
    }
  }

  private func chart(_ place: Int) -> Markup {
    let series = history.series[place]
    let steps = history.steps.filter { $0.series == place }
    let name = "\(subject(series)) · \(score(series))"
    let now = series.points.last.map { Format.value($0.value, series.unit) } ?? Format.missing
    let began = series.points.first?.run ?? 0
    let note =
      "now \(now)"
      + (steps.isEmpty ? "" : " · \(Format.counted(steps.count, "step"))")
      + (isRenewed(series) ? " · begins at \(date(began)) with other data or attacks" : "")
    let drawing = HistoryChart(
      title: name, series: color(of: series.subject),
      points: series.points.map {
        .init(run: $0.run, value: $0.value, low: $0.interval?.low, high: $0.interval?.high)
      },
      levels: series.pieces.map { piece in
        .init(
          first: series.points[piece.range.lowerBound].run, last: series.points[piece.range.upperBound - 1].run,
          value: piece.level)
      },
      steps: steps.map { step in
        .init(
          run: step.after, isWorse: (step.size > 0) != series.higherIsBetter, isSignificant: verdict(step) != .open)
      }, runs: history.runs.count, ends: (short(date(0)), short(date(history.runs.count - 1))), unit: series.unit
    ).drawing
    return tag(
      "div", ["id": "series-\(place + 1)", "data-name": name.lowercased(), "data-steps": "\(steps.count)"]
    ) { figure(name, note: note, drawing) }
  }

  private func short(_ date: String) -> String { date.count > 22 ? date.prefix(21) + "…" : date }

  private func color(of subject: String) -> Int {
    var order: [String] = []
    for known in history.series.map(\.subject) where !order.contains(known) { order.append(known) }
    return order.firstIndex(of: subject) ?? 0
  }

  // MARK: Runs

  private var runs: PageSection {
    PageSection("runs", "Runs") {
      tag("details", ["open": history.runs.count <= 40 ? "" : nil]) {
        tag("summary") { Format.counted(history.runs.count, "run") }
        plainTable(
          "Runs", ["Run", "Started", "Version", "Numerics", "Wall time", "Failed cells"],
          numbers: ["Wall time", "Failed cells"],
          history.runs.indices.map { place in
            let run = history.runs[place]
            return [
              .text(run.name), words(run.started ?? Format.missing), words(run.version), code(run.numerics),
              time(run.seconds), count(run.faults),
            ]
          })
      }
    }
  }

  private var about: PageSection {
    PageSection("about", "How to read it") {
      tag("dl", ["class": "terms"]) {
        for (term, text) in explanations {
          tag("div") {
            tag("dt") { term }
            tag("dd") { text }
          }
        }
      }
    }
  }

  private var explanations: [(String, String)] {
    [
      (
        "Levels",
        "Constant pieces that minimise the sum of squared distances, each value weighted by its number of samples, "
          + "plus a penalty of 3 σ² ln n for every step (the weighted Potts model, solved exactly). σ is what "
          + "neighbouring runs differ by in the median, and no less than the weight of one sample."
      ),
      (
        "Significance",
        "Of the two runs that meet at a step: tested sample by sample where both have their samples (paired), by their "
          + "intervals elsewhere (unpaired). A step may be real and yet not significant: the same change, on so few "
          + "samples, may be chance for the data at large."
      ),
      ("Bands", "The intervals of the runs' own reports: how sure a score is of the data at large."),
      ("A line that begins late", "With other data, attacks or another seed a score begins a line of its own."),
    ]
  }
}
