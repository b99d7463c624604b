internal import Results

extension HTMLReport {
  /// What every score means, and what the subjects and attacks are.
  var definitions: Section? {
    var seen = Set<String>()
    let unique = record.scores.filter { seen.insert($0.name).inserted }
    guard !unique.isEmpty || !record.subjects.isEmpty else { return nil }
    return Section("definitions", "Definitions") {
      tag("h3") { "Scores" }
      tag("dl", ["class": "terms"]) {
        for score in unique {
          term(
            score.title, id: score.name, definition: score.definition,
            note: [score.higherIsBetter ? "higher is better" : "lower is better", Format.unit(score.unit)])
        }
      }
      tag("h3") { "Subjects" }
      tag("dl", ["class": "terms"]) {
        for subject in record.subjects {
          term(
            subject.title, id: subject.plugin, definition: subject.card.definition,
            note: ["version \(subject.card.version)", subject.geometry ?? "", subject.card.reference])
        }
      }
      if !record.attacks.isEmpty {
        tag("h3") { "Attacks" }
        tag("dl", ["class": "terms"]) {
          for attack in firstOfEachPlugin {
            term(
              attack.title, id: attack.plugin, definition: attack.card.definition,
              note: ["version \(attack.card.version)", attack.mode?.rawValue ?? "", attack.card.reference])
          }
        }
      }
    }
  }

  private var firstOfEachPlugin: [RunRecord.Attack] {
    var seen = Set<String>()
    return record.attacks.filter { seen.insert($0.plugin).inserted }
  }

  private func term(_ title: String, id: String, definition: String, note: [String]) -> Markup {
    tag("div") {
      tag("dt") {
        title
        tag("code") { id }
      }
      tag("dd") {
        definition
        tag("small") { note.filter { !$0.isEmpty }.joined(separator: " · ") }
      }
    }
  }
}
