import ArgumentParser
import Foundation
import Tensors

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Times Gauntlet's engine beside PyTorch and NumPy, and compares with the limits.",
    discussion: """
      One line a work on standard output: work, our seconds, the peer's, their ratio, the limit. A line that ends in \
      "memory" has MiB at their peak in place of seconds. Where ours works alone, peer and ratio are "-" and the limit is \
      in seconds or MiB. The exit code is 1 if something is above its limit.
      """,
    subcommands: [Run.self, Serve.self, List.self], defaultSubcommand: Run.self)
}

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Names the works.")
  func run() { for work in Work.all { print(work.name) } }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Measures.")

  @Option(help: "The Python that has PyTorch.") var python: String
  @Option(help: "The folder Benchmarks.") var home: String
  @Option(help: "Works whose name contains this.") var pattern = ""
  @Option(help: "How often each side does each work, at least.") var rounds = 5
  @Option(help: "Threads of each side.") var threads = 2
  @Option(help: "Writes the table as Markdown to this file.") var table: String?

  func run() throws {
    let home = URL(fileURLWithPath: home)
    let limits = try Limits(contentsOf: home.appendingPathComponent("limits.tsv"))
    guard FileManager.default.isExecutableFile(atPath: python) else { throw BenchError.missingPeer(python) }
    let works = Work.all.filter { pattern.isEmpty || $0.name.contains(pattern) }
    guard !works.isEmpty else { throw BenchError.noWork(pattern: pattern, known: Work.all.map(\.name)) }
    var rows: [(Comparison, Limits.Limit)] = []
    for work in works {
      FileHandle.standardError.write(Data("\(work.name) …\n".utf8))
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gauntlet-bench-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let comparison = try Comparison(work, rounds: rounds) { try contestants($0, home, folder) }
      let limit = try limits[work.name]
      rows.append((comparison, limit))
      let (ours, peer) = (comparison.ours, comparison.peer)
      // Each line as it is known, into a file too.
      say(line(work.name, ours.seconds, peer?.seconds, limit.time, unit: 1, digits: 4))
      say(line(work.name + " memory", ours.memory, peer?.memory, limit.memory, unit: 1_048_576, digits: 0))
      let against = peer.map { "  against \($0.name)\n" } ?? ""
      FileHandle.standardError.write(Data((against + comparison.details).utf8))
      if let table { try Table(rows).markdown.write(toFile: table, atomically: true, encoding: .utf8) }
    }
    let isWithin = rows.allSatisfy { comparison, limit in
      let (ours, peer) = (comparison.ours, comparison.peer)
      return limit.time.holds(ours.seconds, peer?.seconds) && limit.memory.holds(ours.memory, peer?.memory)
    }
    if !isWithin { throw ExitCode(1) }
  }

  private func contestants(_ work: Work, _ home: URL, _ folder: URL) throws -> [Contestant] {
    let own = URL(fileURLWithPath: CommandLine.arguments[0])
    let ours = try Contestant(
      "ours", work: work.name, command: own,
      ["serve", work.name, "--threads", String(threads), "--folder", folder.path])
    let script = home.appendingPathComponent("Peers/serve.py").path
    let peers = try work.peers.map {
      try Contestant(
        $0, work: work.name, command: URL(fileURLWithPath: python),
        [script, work.name, $0, String(threads), folder.path],
        environment: ["OMP_NUM_THREADS": String(threads), "OPENBLAS_NUM_THREADS": String(threads)])
    }
    return [ours] + peers
  }

  /// - Parameter unit: what numbers are divided by.
  private func line(
    _ name: String, _ ours: Double, _ peer: Double?, _ limit: Limits.Bound, unit: Double, digits: Int
  ) -> String {
    func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
    let bound =
      switch limit {
      case .ratio(let value): text(value, 2)
      case .absolute(let value): text(value / unit, 0)
      }
    return [
      name, text(ours / unit, digits), peer.map { text($0 / unit, digits) } ?? "-",
      peer.map { text(ours / $0, 2) } ?? "-",
      bound,
    ].joined(separator: "\t")
  }
}

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Does one work each time a line says go.")

  @Argument var work: String
  @Option var threads = 2
  @Option(help: "A folder that the sides of this work share.") var folder = NSTemporaryDirectory()

  func run() throws {
    Workers.count = threads
    let performance = try Work.named(work).prepare(URL(fileURLWithPath: folder))
    let once = performance.once
    // Twice to warm up; once is enough for what takes long.
    if !performance.isWarm, try ContinuousClock().measure(once) < .seconds(3) { try once() }
    say("ready")
    while let order = readLine(), order != "end" {
      if order == "results" {
        say(String(decoding: try JSONEncoder().encode(performance.results()), as: UTF8.self))
      } else {
        say(String(try ContinuousClock().measure(once) / .seconds(1)))
      }
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    say(String(Double(usage.ru_maxrss) * 1024))
  }

}

/// A line on standard output, unbuffered.
private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
