/// Why a file of numbers could not be read or written.
public enum FileFormatError: Error, Sendable, Equatable {
  /// The file cannot be opened or read at all.
  case unreadable(file: String, reason: String)
  /// The file cannot be written; what was there under its name before is still there.
  case unwritable(file: String, reason: String)
  /// The content contradicts itself or its format.
  case malformed(file: String, format: FileFormat, reason: String)
  /// A valid file of its format that holds something that is not read here.
  case unsupported(file: String, format: FileFormat, reason: String)
  /// The file is valid and holds nothing under the name that the caller gave.
  case missing(file: String, name: String, known: [String])
  /// The content takes more memory than the caller allows.
  case tooLarge(file: String, format: FileFormat, limit: Int)
}

extension FileFormatError: CustomStringConvertible {
  /// One sentence: which file, what was got, and what was expected.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
    case .malformed(let file, let format, let reason): "\(file): not a valid \(format) file: \(reason)"
    case .unsupported(let file, let format, let reason): "\(file): this \(format) file is not read: \(reason)"
    case .missing(let file, let name, let known):
      "\(file): has no \(quoted(name)); "
        + (known.isEmpty ? "there are no names" : "known: \(known.prefix(8).map(quoted).joined(separator: ", "))")
        + (known.count > 8 ? " and \(known.count - 8) more" : "")
    case .tooLarge(let file, let format, let limit):
      "\(file): the content of this \(format) file takes more than \(limit) bytes, which is what is allowed; "
        + "is it what it should be?"
    }
  }
}
