import Foundation
import Results
import Testing

/// Everything of a run's folder that two runs of equal work agree about, file by file.
struct RunComparison {
  let folder: String

  /// By name; times taken away.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    func take(_ name: String) throws {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    for name in ["samples.json", "scores.csv", "measures.csv", "suite.resolved.yaml"] { try take(name) }
    for below in ["models", "pictures"] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(below)")) ?? []
      for name in names where !name.hasPrefix(".") && name.contains(".") { try take("\(below)/\(name)") }
    }
    files["results.json"] = try RunRecord(contentsOf: URL(fileURLWithPath: "\(folder)/results.json")).withoutTiming()
      .encoded()
    let rows = "\(folder)/rows-\(UUID().uuidString).csv"
    let outcome = try GauntletProcess.run("export", folder, "--rows", rows)
    #expect(outcome.status == 0, "\(outcome.error)")
    files["rows"] = try Data(contentsOf: URL(fileURLWithPath: rows))
    try FileManager.default.removeItem(atPath: rows)
    return files
  }

  /// Expects the same files with the same bytes.
  func expectEqual(to other: RunComparison) throws {
    let (mine, theirs) = (try files(), try other.files())
    #expect(mine.keys.sorted() == theirs.keys.sorted())
    for (name, bytes) in mine { #expect(theirs[name] == bytes, "\(name) differs") }
  }
}
