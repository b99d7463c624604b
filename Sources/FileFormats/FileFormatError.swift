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
}

extension FileFormatError: CustomStringConvertible {
  /// One sentence: which file, what was got, and what was expected.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
    case .malformed(let file, let format, let reason): "\(file): not a valid \(format) file: \(reason)"
    case .unsupported(let file, let format, let reason): "\(file): this \(format) file is not read: \(reason)"
    }
  }
}
