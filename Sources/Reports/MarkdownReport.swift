public import Results

/// A run as Markdown (GitHub's tables): headline, ERS and ARS by attack, natural quality, definitions, how to
/// reproduce.
public struct MarkdownReport {
  private let record: RunRecord
  private let sheet: ScoreSheet

  public init(_ record: RunRecord) {
    self.record = record
    sheet = ScoreSheet(record)
  }

  public func render() -> String {
    var blocks = ["# \(escaped(record.suite.title.isEmpty ? record.suite.name : record.suite.title))", summary]
    if !record.warnings.isEmpty {
      blocks.append(
        record.warnings.map { "> **\($0.severity.rawValue.capitalized)**: \(escaped($0.text))" }
          .joined(separator: "\n>\n"))
    }
    blocks.append("## Scores")
    for group in sheet.groups {
      blocks.append("### \(escaped(group.dataset.title))")
      blocks.append(table(group.columns, subjects: record.subjects, dataset: group.dataset.id))
    }
    for dataset in record.datasets {
      blocks += section("ERS by attack", ScoreName.ersAttacks.map(ScoreName.ersComponent), dataset)
      blocks += section("ARS by attack", ScoreName.arsAttacks.map(ScoreName.arsComponent), dataset)
      blocks += section("Natural retrieval", HTMLReport.naturalRetrieval, dataset)
    }
    blocks += cells
    blocks += definitions
    blocks += origin
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private var summary: String {
    "\(Format.counted(record.subjects.count, "subject")), \(Format.counted(record.datasets.count, "dataset")), "
      + "\(Format.counted(record.attacks.count, "attack")), seed \(record.suite.seed). "
      + "Percent unless said otherwise; in brackets, the 95% interval where there is one."
  }

  private func section(_ title: String, _ names: [String], _ dataset: RunRecord.Dataset) -> [String] {
    let columns = sheet.columns(names, dataset: dataset.id)
    guard !columns.isEmpty else { return [] }
    let body = table(columns, subjects: sheet.subjects(in: columns), dataset: dataset.id)
    return ["### \(title): \(escaped(dataset.title))", body]
  }

  private func table(
    _ columns: [ScoreSheet.Column], subjects: [RunRecord.Subject], dataset: String
  ) -> String {
    var lines = [
      "| Subject | " + columns.map { escaped(heading($0)) }.joined(separator: " | ") + " |",
      "|---|" + columns.map { _ in "--:|" }.joined(),
    ]
    for subject in subjects {
      let cells = columns.map { column -> String in
        guard let score = sheet.score(subject.id, column) else {
          return sheet.absence(subject.id, dataset: dataset).text
        }
        let interval = Format.interval(score.interval, score.unit).map { " \($0)" } ?? ""
        return Format.value(score.value, score.unit) + interval
      }
      let mark = sheet.isCollapsed(subject.id, dataset: dataset) ? " (collapsed)" : ""
      lines.append("| \(escaped(subject.title))\(mark) | " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n")
  }

  private func heading(_ column: ScoreSheet.Column) -> String {
    column.threat == nil ? column.heading : "\(column.heading) (\(column.condition))"
  }

  private var cells: [String] {
    let odd = Absence.all(in: record)
    guard !odd.isEmpty else { return [] }
    let lines = odd.map { absence in
      let name = [absence.subject, absence.dataset, absence.attacks].map(escaped).joined(separator: " × ")
      return "- \(name): \(absence.state): \(escaped(absence.reason))"
    }
    return ["## Cells without numbers", lines.joined(separator: "\n")]
  }

  private var definitions: [String] {
    var seen = Set<String>()
    let unique = record.scores.filter { seen.insert($0.name).inserted }
    guard !unique.isEmpty else { return [] }
    let lines = unique.map { "- **\(escaped($0.title))** (`\(code($0.name))`): \(escaped($0.definition))" }
    return ["## Definitions", lines.joined(separator: "\n")]
  }

  private var origin: [String] {
    let libraries = record.environment.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    var lines = [
      "- suite `\(code(record.suite.name))`, SHA-256 `\(code(record.suite.sha256))`",
      "- gauntlet \(escaped(record.versions.gauntlet)), numerics \(escaped(record.versions.numerics))",
      "- instruction set \(escaped(record.environment.instructionSet)); "
        + escaped(libraries.joined(separator: ", ")),
    ]
    if let timing = record.timing {
      lines.append(
        "- \(escaped(timing.started)), \(Format.duration(timing.seconds)), "
          + "\(Format.counted(timing.threads, "thread")) of \(escaped(timing.processor))")
    }
    return ["## Reproduce", "    " + lineBreaksRemoved(record.reproduce), lines.joined(separator: "\n")]
  }

  /// Without Markdown's, HTML's and the table's special characters, and on one line.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in lineBreaksRemoved(text) {
      switch character {
      case "\\", "|", "*", "_", "`", "[", "]", "#", "~": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }

  private func code(_ text: String) -> String { lineBreaksRemoved(text).filter { $0 != "`" && $0 != "|" } }

  private func lineBreaksRemoved(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
