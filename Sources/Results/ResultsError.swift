/// What can be wrong with a record of a run.
public enum ResultsError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(file: String, reason: String)
  /// The file cannot be written.
  case unwritable(file: String, reason: String)
  /// It is not JSON, or a key is missing or of another type than the schema says.
  case malformed(file: String, key: String, reason: String)
  /// The record follows another schema.
  case unknownSchema(file: String, got: String, expected: String)
  /// It follows the grammar, but contradicts itself.
  case inconsistent(file: String, key: String, reason: String)
}

extension ResultsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read (\(reason)); name a results.json or the folder of a run that has ended"
    case .unwritable(let file, let reason):
      "\(file): cannot be written (\(reason)); free space or name another output folder"
    case .malformed(let file, let key, let reason):
      "\(file): \(key.isEmpty ? "the text" : key) is not as the schema says: \(reason)"
    case .unknownSchema(let file, let got, let expected):
      "\(file): follows the schema \"\(got)\", but this version reads \"\(expected)\"; "
        + "report it with the version of gauntlet that wrote it, or run the suite again"
    case .inconsistent(let file, let key, let reason):
      "\(file): \(key) contradicts the rest of the record: \(reason); run the suite again"
    }
  }
}
