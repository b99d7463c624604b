internal import GauntletKit
internal import Networks
internal import Tensors

/// All that decides the numbers of a run, so that two processes can tell whether they work on the same.
public struct PlanIdentity: Codable, Hashable, Sendable {
  struct Cell: Codable, Hashable, Sendable {
    let title: String
    /// Hash of everything that can change its numbers.
    let id: String
    /// Hash of its samples, and how many they are.
    let samples: String
    let count: Int
  }

  let gauntlet: String
  let numerics: String
  let instructionSet: String
  let libraries: [String: String]
  /// The resolved suite.
  let suite: String
  /// Hashes of the datasets' contents.
  let datasets: [String: String]
  let cells: [Cell]

  public init(_ plan: Plan, version: String) {
    gauntlet = version
    numerics = Numerics.version
    instructionSet = Numerics.instructionSet
    libraries = ["oneDNN": NetworkLibrary.version]
    suite = plan.suite.resolvedText
    datasets = plan.fingerprints
    cells = plan.cells.filter { $0.inapplicable == nil }.map { cell in
      Cell(
        title: cell.title, id: cell.id, samples: ContentHash.of(cell.samples.map { "\($0)" }), count: cell.samples.count
      )
    }
  }

  /// In what two differ, the first thing that a person can do something about; nil if in nothing.
  /// - Parameter names: what the two are called: "a", "b".
  func difference(from other: PlanIdentity, _ names: (String, String)) -> String? {
    func unlike(_ what: String, _ mine: String, _ theirs: String) -> String? {
      mine == theirs ? nil : "\(what) is \(mine) in \(names.0) and \(theirs) in \(names.1)"
    }
    let libraries = Set(self.libraries.keys).union(other.libraries.keys).sorted()
    let versions =
      unlike("gauntlet", gauntlet, other.gauntlet) ?? unlike("the numerics version", numerics, other.numerics)
      ?? unlike("the processors' instruction set", instructionSet, other.instructionSet)
      ?? libraries.lazy.compactMap { name in
        unlike("the library \(name)", self.libraries[name] ?? "missing", other.libraries[name] ?? "missing")
      }.first
    return versions ?? suiteDifference(other, names)
      ?? datasets.keys.sorted().first { datasets[$0] != other.datasets[$0] }.map {
        "the dataset \($0) has other content in \(names.0) than in \(names.1)"
      } ?? cellDifference(other, names)
  }

  private func suiteDifference(_ other: PlanIdentity, _ names: (String, String)) -> String? {
    guard suite != other.suite else { return nil }
    let (mine, theirs) = (suite.split(separator: "\n"), other.suite.split(separator: "\n"))
    let place = mine.indices.first { $0 >= theirs.count || mine[$0] != theirs[$0] } ?? mine.count
    func line(_ lines: [Substring]) -> String {
      place < lines.count ? "'\(lines[place].drop { $0 == " " })'" : "nothing more"
    }
    return "the suite says \(line(mine)) in \(names.0) and \(line(theirs)) in \(names.1)"
  }

  private func cellDifference(_ other: PlanIdentity, _ names: (String, String)) -> String? {
    for (mine, theirs) in zip(cells, other.cells) {
      if mine.id != theirs.id || mine.title != theirs.title {
        return "the cell \(mine.title) rests on other plugin versions or weight files in \(names.0) than in \(names.1)"
      }
      if mine.samples != theirs.samples {
        return
          "the cell \(mine.title) asks \(mine.count) samples in \(names.0) and \(theirs.count) in \(names.1) (--limit)"
      }
    }
    return cells.count == other.cells.count
      ? nil : "there are \(cells.count) cells in \(names.0) and \(other.cells.count) in \(names.1)"
  }
}
