import Foundation
import Testing

/// `gauntlet check`, as a person runs it. What it refuses is tested where the self-attack is.
struct CheckCommandTests {
  private struct Report: Decodable {
    struct Level: Decodable {
      let radius: String
      let byGradients: Double
      let byAll: Double
    }
    struct Finding: Decodable {
      let check: String
      let outcome: String
      let text: String
    }
    let subject: String
    let samples: Int
    let levels: [Level]
    let findings: [Finding]
  }

  @Test func anHonestTrainingPasses() throws {
    let checked = try GauntletProcess.run("check", "none:epochs=1,learning-rate=1e-3", "--json", "--quiet")
    #expect(checked.status == 0, "\(checked.error)")
    let report = try JSONDecoder().decode(Report.self, from: Data(checked.output.utf8))
    #expect(report.subject == "none" && report.samples == 48 && report.findings.count == 13)
    #expect(report.findings.allSatisfy { $0.outcome != "refused" && !$0.text.isEmpty })
    #expect(report.levels.map(\.radius) == ["0", "1/255", "2/255", "4/255"])
    #expect(report.levels.allSatisfy { $0.byAll <= $0.byGradients })
    for (level, next) in zip(report.levels, report.levels.dropFirst()) { #expect(next.byAll <= level.byAll) }
  }

  @Test(arguments: [
    (["actt"], "did you mean 'act'"), (["act:epsilon=1"], "eps"), (["act", "--imitate"], "--architecture"),
    (["act", "--on", "shape"], "did you mean 'shapes'"),
  ]) func mistakesAreSaid(_ arguments: [String], _ text: String) throws {
    let outcome = try GauntletProcess.run(["check"] + arguments, environment: [:])
    #expect(outcome.status == 64 && outcome.error.contains(text), "\(outcome.status): \(outcome.error)")
  }
}
