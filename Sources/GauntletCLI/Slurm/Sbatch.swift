internal import Foundation

/// Slurm's command that submits.
struct Sbatch {
  private let path: String

  /// Looks for it where the shell would.
  init() throws {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard let found = folders.map({ "\($0)/sbatch" }).first(where: FileManager.default.isExecutableFile) else {
      throw CommandError.missing(
        path: "sbatch", what: "command on the PATH; is this a machine of a Slurm cluster? --dry-run prints the scripts")
    }
    path = found
  }

  /// Submits a script; returns the job's id.
  func submit(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["--parsable"] + arguments
    let output = Pipe()
    process.standardOutput = output
    do { try process.run() } catch {
      throw CommandError.invalid("sbatch cannot be started: \((error as NSError).localizedDescription)")
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // "12;cluster" where there are several clusters.
    let id = text.split(whereSeparator: { $0 == ";" || $0.isNewline }).first.map(String.init) ?? ""
    guard process.terminationStatus == 0, Int(id) != nil else {
      throw CommandError.invalid("sbatch refused the job (status \(process.terminationStatus)); its words are above")
    }
    return id
  }
}
