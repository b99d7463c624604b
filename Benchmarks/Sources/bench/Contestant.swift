import Foundation

/// One side of a comparison in a process of its own: it makes itself ready once, then works when told to.
///
/// Lines on its standard output: `ready`; after each `go` on its input the seconds that the work took; after `results`
/// what it found, as a JSON object from names to numbers; after `end` the peak of its resident memory in bytes.
final class Contestant {
  let name: String
  private let work: String
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var pending = Data()

  init(_ name: String, work: String, command: URL, _ arguments: [String], environment: [String: String] = [:]) throws {
    self.name = name
    self.work = work
    process.executableURL = command
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let said = try line()
    guard said == "ready" else { throw BenchError.contestant(name, work: work, said: said) }
  }

  /// Seconds of one more time.
  func go() throws -> Double { try number(after: "go") }

  /// What it found.
  func results() throws -> [String: Double] {
    try input.fileHandleForWriting.write(contentsOf: Data("results\n".utf8))
    let said = try line()
    guard let results = try? JSONDecoder().decode([String: Double].self, from: Data(said.utf8)) else {
      throw BenchError.contestant(name, work: work, said: said)
    }
    return results
  }

  /// Ends it and gives the peak of its memory in bytes.
  func end() throws -> Double {
    let peak = try number(after: "end")
    process.waitUntilExit()
    return peak
  }

  private func number(after order: String) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data((order + "\n").utf8))
    let said = try line()
    guard let number = Double(said) else { throw BenchError.contestant(name, work: work, said: said) }
    return number
  }

  private func line() throws -> String {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending = Data(pending[(end + 1)...]) }
        return String(decoding: pending[..<end], as: UTF8.self)
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else {
        throw BenchError.contestant(name, work: work, said: String(decoding: pending, as: UTF8.self))
      }
      pending.append(more)
    }
  }

  deinit { if process.isRunning { process.terminate() } }
}
