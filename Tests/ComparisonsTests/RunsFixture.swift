import Foundation
import Results
import Tensors

/// Invented runs of subjects that answer yes-or-no questions with a given chance of being right: of 2AFC, natural and
/// under an attack at two radii.
struct RunsFixture {
  var fingerprint = "f"
  var seed: UInt64 = 1
  var steps = 20
  var samples = 400
  var started: String? = "2026-01-01T00:00:00Z"

  /// - Parameter skills: subject → percent of answers right under attack; samples share their difficulty.
  func run(_ skills: KeyValuePairs<String, Int>) -> (record: RunRecord, samples: SampleRecord) {
    var scores: [RunRecord.Score] = []
    var tables: [SampleRecord.Table] = []
    for (subject, skill) in skills {
      let columns = ["correct": 90, "pgd 4/255": skill, "pgd 8/255": skill / 2].mapValues { answers($0, subject) }
      var functions: [SampleRecord.Score] = []
      for (column, attack) in [("correct", nil), ("pgd 4/255", "4/255"), ("pgd 8/255", "8/255")] as [(String, String?)]
      {
        let values = columns[column] ?? []
        let value = values.reduce(0, +) / Double(values.count)
        let half = 1.96 * (value * (100 - value) / Double(values.count)).squareRoot()
        let threat = attack.map(threat)
        let name = attack == nil ? ScoreName.twoAlternativeNatural : ScoreName.twoAlternativeEmpirical
        let title = attack == nil ? "2AFC" : "2AFC under attack"
        let id = attack.map { "pgd \($0)" }
        scores.append(
          .init(
            subject: subject, dataset: "pairs", attack: id, threat: threat, name: name, title: title, value: value,
            interval: .init(low: max(0, value - half), high: min(100, value + half), level: 0.95, method: "wilson"),
            n: values.count, definition: "Share of triplets."))
        functions.append(
          .init(
            name: name, title: title, attack: id, threat: threat, unit: .percent, higherIsBetter: true,
            columns: [column], combination: .mean, conditions: attack.map { "pgd:eps=\($0),steps=\(steps)" } ?? ""))
      }
      tables.append(
        .init(
          subject: subject, dataset: "pairs", fingerprint: fingerprint, samples: Array(0..<samples),
          names: (0..<samples).map { "pair-\($0)" }, columns: columns, scores: functions))
    }
    return (
      record(skills.map(\.key), scores), SampleRecord(numerics: "3/x", seed: seed, tables: tables)
    )
  }

  /// Right where a sample's difficulty, common to all, and a little luck of the subject's own allow it.
  private func answers(_ skill: Int, _ subject: String) -> [Double] {
    (0..<samples).map { sample in
      var common = RandomStream(seed: 2, ["difficulty"], [sample])
      var own = RandomStream(seed: 3, [subject], [sample])
      return common.integer(below: 90) + own.integer(below: 10) < skill ? 100 : 0
    }
  }

  private func threat(_ text: String) -> RunRecord.Threat {
    .init(norm: "linf", epsilon: (Double(text.prefix(1)) ?? 0) / 255, text: text)
  }

  private func record(_ subjects: [String], _ scores: [RunRecord.Score]) -> RunRecord {
    RunRecord(
      suite: .init(name: "s", seed: seed, resolved: "s", sha256: "0"), versions: .init(gauntlet: "1", numerics: "3"),
      environment: .init(instructionSet: "x", libraries: [:]),
      datasets: [
        .init(
          id: "pairs", title: "Pairs", plugin: "pairs", spec: "pairs", image: .init(channels: 3, height: 8, width: 8),
          counts: [:], fingerprint: fingerprint)
      ],
      subjects: subjects.map {
        .init(
          id: $0, title: $0.uppercased(), kind: .metric, plugin: $0, spec: $0, card: .init(version: "1", definition: "")
        )
      },
      attacks: ["4/255", "8/255"].map {
        .init(
          id: "pgd \($0)", title: "PGD", plugin: "pgd", spec: "pgd:eps=\($0),steps=\(steps)",
          card: .init(version: "1", definition: ""), threat: threat($0), mode: .corrected)
      },
      cells: subjects.flatMap { subject in
        ["4/255", "8/255"].map {
          .init(
            id: "\(subject) \($0)", subject: subject, dataset: "pairs", attack: "pgd \($0)", task: .twoAlternative,
            status: .done, samples: samples, forwards: 20 * samples, backwards: 20 * samples)
        }
      }, scores: scores, reproduce: "gauntlet run s",
      timing: started.map {
        .init(
          started: $0, finished: $0, seconds: 10, host: "", processor: "", threads: 2,
          cells: Dictionary(uniqueKeysWithValues: subjects.map { ("\($0) 4/255", 4.0) }))
      })
  }
}
