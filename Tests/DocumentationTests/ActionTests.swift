import Foundation
import Testing
import Yams

/// action.yml and the GitLab snippet: the YAML is what their readers expect, and the shell steps do what they say.
struct ActionTests {
  private struct Action: Decodable {
    struct Input: Decodable {
      let description: String
      let required: Bool?
      let `default`: String?
    }
    struct Output: Decodable {
      let description: String
      let value: String
    }
    struct Step: Decodable {
      let id: String?
      let uses: String?
      let shell: String?
      let run: String?
      let env: [String: String]?
    }
    struct Runs: Decodable {
      let using: String
      let steps: [Step]
    }
    let inputs: [String: Input]
    let outputs: [String: Output]
    let runs: Runs
  }

  private let text: String
  private let action: Action

  init() throws {
    text = try Repository.text("action.yml")
    action = try YAMLDecoder().decode(Action.self, from: text)
  }

  private func script(_ id: String) throws -> String {
    try #require(action.runs.steps.first { $0.id == id }?.run)
  }

  @Test func expressionsNameWhatThereIs() {
    let ids = Set(action.runs.steps.compactMap(\.id))
    let names = { (pattern: Regex<(Substring, Substring)>) in Set(self.text.matches(of: pattern).map { String($0.1) }) }
    #expect(names(#/inputs\.([a-z-]+)/#).isSubset(of: action.inputs.keys))
    #expect(names(#/steps\.([a-z]+)\.outputs/#).isSubset(of: ids))
    #expect(names(#/inputs\.([a-z-]+)/#) == Set(action.inputs.keys))
    #expect(action.runs.using == "composite")
    #expect(
      action.runs.steps.allSatisfy { ($0.run == nil) != ($0.uses == nil) && ($0.run == nil) == ($0.shell == nil) })
    // Inputs reach scripts by the environment: what a pull request names is never part of a script.
    #expect(action.runs.steps.allSatisfy { !($0.run ?? "").contains("${{") })
  }

  @Test func theStepsRunAndGate() throws {
    let shell = try Shell()
    defer { shell.close() }
    let suite = """
      suite: ci
      datasets: {pairs: "triplets:size=32,count=30"}
      subjects: {pixels: l2}
      attacks: ["pgd:eps=4/255,steps=4"]
      """
    try Data(suite.utf8).write(to: shell.folder.appendingPathComponent("ci.yaml"))
    let environment = """
      export GITHUB_OUTPUT=outputs GITHUB_STEP_SUMMARY=summary.md SUITE=ci.yaml OUT=runs/ci BASELINE=baseline.json
      export INCONCLUSIVE=${INCONCLUSIVE:-fail}

      """
    func step(_ id: String, _ before: String = "") throws -> Int32 {
      let script = try script(id)
      let file = shell.folder.appendingPathComponent("step.sh")
      try Data(script.utf8).write(to: file)
      return try shell.run(before + "\n" + environment + "bash --noprofile --norc -eo pipefail step.sh").status
    }
    func lines(_ file: String) -> String {
      (try? String(contentsOf: shell.folder.appendingPathComponent(file), encoding: .utf8)) ?? ""
    }
    #expect(try step("run") == 0)
    #expect(lines("summary.md").contains("2AFC") && lines("outputs").contains("report=runs/ci/report.html"))
    // No baseline yet: nothing was gated, and that is no outcome.
    #expect(try step("gate") == 66)
    #expect(!lines("outputs").contains("outcome="))
    #expect(try shell.run("gauntlet gate runs/ci --baseline baseline.json --accept").status == 0)
    #expect(try step("gate") == 0)
    #expect(lines("outputs").contains("outcome=pass") && lines("runs/ci/gate.xml").contains("<testsuite"))
    #expect(lines("runs/ci/gate.sarif").contains("2.1.0") && lines("summary.md").contains("## pass"))
    let raised = "sed -i 's/\"minimumSamples\" : 20/\"minimumSamples\" : 1000/' baseline.json"
    #expect(try step("gate", raised) == 2)
    #expect(lines("outputs").contains("outcome=inconclusive"))
    #expect(try step("gate", "export INCONCLUSIVE=pass") == 0)
    #expect(try step("gate", "printf '{' > runs/ci/samples.json") == 3)
    #expect(lines("outputs").contains("outcome=invalid"))
  }

  @Test func theSnippetForGitLabIsAJob() throws {
    struct Job: Decodable {
      struct Artifacts: Decodable { let reports: [String: String] }
      let script: [String]
      let artifacts: Artifacts
    }
    let jobs = try YAMLDecoder().decode(
      [String: Job].self, from: Repository.text("Documentation/CI/gitlab-ci.yml"))
    let job = try #require(jobs["robustness"])
    #expect(job.artifacts.reports["junit"] == "gate.xml")
    // Every `gauntlet` of it is a command that there is.
    let vocabulary = try Vocabulary()
    let commands = job.script.flatMap(MarkdownPage.Fence.commands(ofLine:))
    #expect(commands.contains { $0.first?.hasSuffix("/gauntlet") == true && $0.contains("gate") })
    for command in commands { #expect(try vocabulary.mistakes(in: command).isEmpty, "\(command)") }
  }
}
