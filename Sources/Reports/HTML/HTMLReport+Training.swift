internal import Results

extension HTMLReport {
  /// How the defended subjects were trained: one drawing for each quantity that was logged.
  var training: Section? {
    let trained = record.subjects.filter { $0.training != nil }
    guard !trained.isEmpty else { return nil }
    let logged = trained.filter { $0.training?.log.contains { $0.points.count > 1 } == true }
    return Section("training", "Training", lead: "What was logged on the way, against the step.") {
      if !logged.isEmpty {
        legend(logged)
        tag("div", ["class": "charts"]) { for chart in trainingCharts { chart } }
      }
      plainTable(
        "How the subjects were trained", ["Subject", "Dataset", "Epochs", "Steps", "Time", "Weights"],
        numbers: ["Epochs", "Steps", "Time"],
        trained.compactMap { subject in
          guard let training = subject.training else { return nil }
          let seconds = record.timing?.subjects[subject.id]
          return [
            .text(subject.title), words(record.dataset(training.dataset)?.title ?? training.dataset),
            training.epochs.map { count($0) } ?? words(Format.missing), count(training.steps), time(seconds),
            code(subject.weights.map(Format.short) ?? Format.missing),
          ]
        })
    }
  }

  private var trainingCharts: [Markup] {
    var names: [String] = []
    for series in record.subjects.flatMap({ $0.training?.log ?? [] }) where !names.contains(series.name) {
      names.append(series.name)
    }
    return names.compactMap { name in
      var unit = RunRecord.Unit.plain
      let lines = record.subjects.compactMap { subject -> LineChart.Line? in
        guard let log = subject.training?.log.first(where: { $0.name == name }) else { return nil }
        unit = log.unit
        let points = thinned(log.points).filter { $0.value.isFinite }
          .map { LineChart.Point(x: Double($0.step), y: $0.value, low: nil, high: nil) }
        guard points.count > 1 else { return nil }
        return LineChart.Line(label: subject.title, series: series(of: subject.id), points: points, marks: false)
      }
      guard !lines.isEmpty else { return nil }
      let unitText = Format.unit(unit).isEmpty ? "" : " (\(Format.unit(unit)))"
      let chart = LineChart(
        title: "\(name) against the step", lines: lines, xTicks: nil, xLabel: "step", unit: unit, yRange: nil)
      return figure(name + unitText, chart.drawing)
    }
  }

  /// At most 240 points: more than a drawing of this size can show. The last one stays.
  private func thinned(_ points: [RunRecord.Series.Point]) -> [RunRecord.Series.Point] {
    guard points.count > 240, let last = points.last else { return points }
    let stride = (points.count + 238) / 239
    return points.enumerated().filter { $0.offset % stride == 0 && $0.offset != points.count - 1 }.map(\.element)
      + [last]
  }
}
