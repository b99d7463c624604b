internal import ArgumentParser
internal import Foundation
public import GauntletKit
internal import Tensors

/// The `gauntlet` command over a registry: a program of one line makes it, with the built-in plugins or with more.
public enum GauntletCLI {
  @TaskLocal static var registry = Registry()

  /// Parses the process's arguments, runs the command, and ends the process with an `ExitStatus`.
  ///
  /// - Parameter registry: made here, so that what is wrong with it is said like anything else.
  public static func main(_ registry: @autoclosure () throws -> Registry, arguments: [String]? = nil) -> Never {
    let plugins: Registry
    do { plugins = try registry() } catch {
      FileHandle.standardError.write(Data("gauntlet: \(error)\n".utf8))
      exit(ExitStatus.of(error).rawValue)
    }
    return $registry.withValue(plugins) {
      do {
        var command = try GauntletCommand.parseAsRoot(arguments)
        try command.run()
      } catch let error where isOfParser(error) {
        GauntletCommand.exit(withError: error)
      } catch {
        FileHandle.standardError.write(Data("gauntlet: \(error)\n".utf8))
        exit(ExitStatus.of(error).rawValue)
      }
      exit(ExitStatus.pass.rawValue)
    }
  }

  /// Help requests and mistakes on the command line, which the parser words itself.
  private static func isOfParser(_ error: any Error) -> Bool {
    error is CleanExit || error is ExitCode || error is ValidationError
      || GauntletCommand.exitCode(for: error) != .failure
  }
}

struct GauntletCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "gauntlet",
    abstract: "Measures how far perceptual metrics and image-retrieval models can be trusted under attack.",
    discussion: """
      Plugins are named by id with settings, the same way in suites and here: pgd:norm=linf,eps=8/255,steps=32.
      ε is in [0, 1] pixel units whatever the norm. Results go to stdout, progress to stderr.

      \(ExitStatus.table)
      """,
    version: version,
    subcommands: [
      RunCommand.self, MergeCommand.self, SubmitCommand.self, PlanCommand.self, ValidateCommand.self, ListCommand.self,
      DescribeCommand.self, ReportCommand.self, CompareCommand.self, LeaderboardCommand.self, HistoryCommand.self,
      GateCommand.self, ExportCommand.self, DistanceCommand.self,
      EmbedCommand.self, CertifyCommand.self, AttackCommand.self, TrainCommand.self, ConvertCommand.self,
      DataCommand.self, CheckCommand.self, NewCommand.self,
    ])
}

/// What every command that computes can be told.
struct ComputeOptions: ParsableArguments {
  @Option(help: "Worker threads; decides speed, and no number. Default: all processors.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024, got \(threads)") }
  }

  func apply() { if let threads { Workers.count = threads } }
}
