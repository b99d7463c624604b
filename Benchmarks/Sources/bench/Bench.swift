import ArgumentParser
import Foundation
import Tensors

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Times Gauntlet's engine beside PyTorch and NumPy, and compares with the limits.",
    discussion: """
      One line a work on standard output: work, our seconds, the peer's, their ratio, the limit. A line that ends in \
      "memory" has MiB at their peak in place of seconds. The exit code is 1 if a ratio is above its limit.
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
      let comparison = try Comparison(work, rounds: rounds) { try contestants($0, home) }
      let limit = try limits[work.name]
      rows.append((comparison, limit))
      // Unbuffered: each line is there as soon as it is known, in a file too.
      FileHandle.standardOutput.write(
        Data(
          line(work.name, comparison.ours.seconds, comparison.peer.seconds, comparison.time, limit.time, digits: 4).utf8
        ))
      let (ours, peer) = (comparison.ours.memory / 1_048_576, comparison.peer.memory / 1_048_576)
      FileHandle.standardOutput.write(
        Data(line(work.name + " memory", ours, peer, comparison.memory, limit.memory, digits: 0).utf8))
      FileHandle.standardError.write(Data("  against \(comparison.peer.name)\n".utf8))
      if let table { try Table(rows).markdown.write(toFile: table, atomically: true, encoding: .utf8) }
    }
    if rows.contains(where: { $0.time > $1.time || $0.memory > $1.memory }) { throw ExitCode(1) }
  }

  private func contestants(_ work: Work, _ home: URL) throws -> [Contestant] {
    let own = URL(fileURLWithPath: CommandLine.arguments[0])
    let ours = try Contestant(
      "ours", work: work.name, command: own, ["serve", work.name, "--threads", String(threads)])
    let script = home.appendingPathComponent("Peers/serve.py").path
    let peers = try work.peers.map {
      try Contestant(
        $0, work: work.name, command: URL(fileURLWithPath: python), [script, work.name, $0, String(threads)],
        environment: ["OMP_NUM_THREADS": String(threads), "OPENBLAS_NUM_THREADS": String(threads)])
    }
    return [ours] + peers
  }

  private func line(
    _ name: String, _ ours: Double, _ peer: Double, _ ratio: Double, _ limit: Double, digits: Int
  ) -> String {
    func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
    return [name, text(ours, digits), text(peer, digits), text(ratio, 2), text(limit, 2)].joined(separator: "\t") + "\n"
  }
}

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Does one work each time a line says go.")

  @Argument var work: String
  @Option var threads = 2

  func run() throws {
    Workers.count = threads
    let once = try Work.named(work).prepare()
    // Twice to warm up; once is enough for what takes long.
    if try ContinuousClock().measure(once) < .seconds(3) { try once() }
    say("ready")
    while let order = readLine(), order == "go" {
      let duration = try ContinuousClock().measure(once)
      say(String(duration / .seconds(1)))
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    say(String(Double(usage.ru_maxrss) * 1024))
  }

  private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
