/// Why a file was not fetched, or is not what it should be.
public enum DownloadError: Error, Sendable, Equatable {
  case unknown(id: String, known: [String])
  /// A list of files of somebody's own that cannot be used.
  case badCatalogue(file: String, reason: String)
  case unwritable(path: String, reason: String)
  case unreadable(path: String, reason: String)
  /// Another process fetches the same file into the same folder.
  case busy(path: String)
  /// A file on disk or from a server whose content is not what was published.
  case wrongContent(path: String, got: String, expected: String)
  /// A page where a file was expected: what a host answers that wants a click, or that moved.
  case webPage(url: String, start: String)
  case refused(url: String, reason: String)
  /// No mirror gave the file; each with its reason.
  case failed(file: String, reasons: [String])
  /// The file has to be got by hand.
  case manual(file: String, instructions: String)
  case offline(file: String, source: String)
}

extension DownloadError: CustomStringConvertible {
  /// One sentence: what was got, what was expected, and what to do.
  public var description: String {
    switch self {
    case .unknown(let id, let known): "nothing is called '\(id)'; known: \(known.joined(separator: ", "))"
    case .badCatalogue(let file, let reason): "\(file): not a list of downloads: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .busy(let path): "\(path): another process is fetching it; wait for that one"
    case .wrongContent(let path, let got, let expected):
      "\(path): got \(got), expected \(expected); remove it and fetch it again"
    case .webPage(let url, let start): "\(url): gave a web page (\(start)), expected a file"
    case .refused(let url, let reason): "\(url): \(reason)"
    case .failed(let file, let reasons):
      "\(file): no server gave it: " + reasons.joined(separator: "; ")
        + "; run the same command again to go on from what is there"
    case .manual(let file, let instructions): "\(file): has to be got by hand: \(instructions)"
    case .offline(let file, let source):
      "\(file): is not there, and --offline forbids to fetch it; copy it from a machine that has it, or from \(source)"
    }
  }
}
