internal import ArgumentParser
internal import Comparisons
internal import Downloads
internal import FileFormats
internal import GauntletKit
internal import Harness
internal import Ledger
internal import Pictures
internal import Results
internal import Scaffold

/// How a command ends; printed by `--help`.
public enum ExitStatus: Int32, CaseIterable, Sendable {
  case pass = 0
  case regression = 1
  case inconclusive = 2
  case invalid = 3
  case usage = 64
  case badData = 65
  case missingInput = 66
  case internalError = 70
  case cannotCreate = 73
  case interrupted = 75

  var meaning: String {
    switch self {
    case .pass: "done"
    case .regression: "a gated score is worse than its baseline"
    case .inconclusive: "too little data to tell"
    case .invalid: "a cell failed, natural ≥ empirical ≥ certified does not hold, or runs cannot be compared or merged"
    case .usage: "the command line is wrong: an unknown command, plugin, option or setting"
    case .badData: "an input is broken: a suite, picture, array or weights file"
    case .missingInput: "an input does not exist, or shards are not the whole run"
    case .internalError: "a fault of this program"
    case .cannotCreate: "an output cannot be written: a read-only folder, a full disk"
    case .interrupted: "interrupted; run the same command again to go on"
    }
  }

  /// The table for `--help`.
  static var table: String {
    "EXIT STATUS:\n"
      + allCases.map { status in
        let code = "\(status.rawValue)"
        return "  \(code)\(String(repeating: " ", count: 5 - code.count))\(status.meaning)"
      }.joined(separator: "\n")
  }

  /// What an error means for whoever called.
  static func of(_ error: any Error) -> ExitStatus {
    switch error {
    case let error as CommandError: error.status
    case let error as HarnessError:
      switch error {
      case .missing, .incomplete: .missingInput
      case .unreadable, .suite: .badData
      case .unwritable, .busy: .cannotCreate
      case .brokenLaw, .training, .unlike: .invalid
      case .interrupted: .interrupted
      }
    case let error as PluginError:
      switch error {
      case .unusable: .badData
      case .missing: .missingInput
      case .duplicate: .internalError
      case .unknown, .malformed, .settings: .usage
      }
    case let error as ComparisonError:
      switch error {
      case .unknownSubject: .usage
      case .incomparable, .nothing: .invalid
      }
    case let error as DownloadError:
      switch error {
      case .unknown: .usage
      case .badCatalogue, .unreadable, .wrongContent, .webPage: .badData
      case .unwritable, .busy: .cannotCreate
      case .refused, .failed, .manual, .offline: .missingInput
      }
    case let error as ScaffoldError:
      switch error {
      case .name: .usage
      case .sources: .missingInput
      }
    case LedgerError.contradiction: .invalid
    case is LedgerError: .cannotCreate
    case FileFormatError.unwritable: .cannotCreate
    case is FileFormatError, is PictureError, is ResultsError: .badData
    default: .badData
    }
  }
}

/// What a command itself has to object to.
enum CommandError: Error, CustomStringConvertible {
  case usage(String)
  case badData(String)
  case missing(path: String, what: String)
  case unwritable(path: String, reason: String)
  case invalid(String)

  var status: ExitStatus {
    switch self {
    case .usage: .usage
    case .badData: .badData
    case .missing: .missingInput
    case .unwritable: .cannotCreate
    case .invalid: .invalid
    }
  }

  var description: String {
    switch self {
    case .usage(let text), .badData(let text), .invalid(let text): text
    case .missing(let path, let what): "\(path): no such \(what)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
