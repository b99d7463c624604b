import BuiltIns
import Foundation
import Harness
import Testing

/// On a metric that was trained: AutoAttack for two alternatives against its own parts and a long PGD.
@Suite struct TrainedMetricTests {
  private static let parts = ["apgd-margin", "apgd-relative", "fab", "square"]

  private static func suite(_ ball: String) -> String {
    let attacks =
      [
        "autoattack-2afc:\(ball),queries=300", "pgd:\(ball),steps=1000,early-stop=true",
      ] + parts.map { "autoattack-2afc:\(ball),version=custom,parts=\($0),queries=300" }
    return """
      seed: 3
      datasets:
        shapes: {dataset: "shapes:size=32,classes=8,train-per-class=24,test-per-class=4", ask: false}
        pairs: {dataset: "triplets:count=24,size=32"}
      subjects:
        net:
          defense: "softmax:steps=80,batch=32,learning-rate=3e-3"
          on: shapes
          architecture: small-conv
          embedding: 32
          geometry: N
      attacks:
      \(attacks.map { "  - \"\($0)\"" }.joined(separator: "\n"))
      """
  }

  @Test(arguments: ["norm=linf,eps=1.5/255", "norm=l2,eps=0.15"])
  func autoAttackIsAtLeastAsStrongAsItsPartsAndALongPGD(_ ball: String) throws {
    let folder = try RunFolder(
      FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path)
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    let suite = try Suite(
      parsing: Self.suite(ball), named: "test", path: "test.yaml", registry: try BuiltIns.registry())
    let runner = try Runner(Plan(suite), in: folder, progress: Progress(silent: true))
    try runner.run()
    // Attack → sample → whether the answer stays right.
    var held: [String: [String: Bool]] = [:]
    for line in try runner.rowsAsCSV().split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      // Names of samples may hold commas.
      guard let place = fields.firstIndex(of: "correct"), !fields[3].isEmpty else { continue }
      held[fields[3], default: [:]][fields[6]] = fields[place + 2] == "100.0"
    }
    #expect(held.count == 6)
    let counts = held.mapValues { $0.values.count { $0 } }
    let whole = try #require(held.first { $0.key.hasPrefix("autoattack") && !$0.key.contains("#") })
    let kept = try #require(counts[whole.key])
    #expect(kept > 0 && kept < 22, "\(counts) decide nothing")
    for (attack, answers) in held {
      #expect(kept <= counts[attack] ?? 0, "\(attack): \(counts)")
      // The long PGD is another search: it may find a sample that the cascade does not, if the cascade finds more.
      guard !attack.hasPrefix("pgd") else { continue }
      #expect(answers.allSatisfy { $0.value || whole.value[$0.key] == false }, "\(attack)")
    }
  }
}
