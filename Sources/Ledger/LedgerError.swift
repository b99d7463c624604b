internal import GRDB

/// What can be wrong with a ledger.
public enum LedgerError: Error, Hashable, CustomStringConvertible {
  case unusable(path: String, reason: String)
  case otherVersion(path: String, found: Int, expected: Int)
  /// Two ledgers hold different rows for the same work.
  case contradiction(path: String, other: String, cell: String, sample: Int)

  public var description: String {
    switch self {
    case .unusable(let path, let reason): "\(path): the ledger cannot be used: \(reason)"
    case .otherVersion(let path, let found, let expected):
      "\(path): the ledger has version \(found), this program reads \(expected); use another --out folder"
    case .contradiction(let path, let other, let cell, let sample):
      "\(other): sample \(sample) of cell \(cell.prefix(8)) has another verdict there than in \(path), although all that "
        + "decides it is equal; one of the two was changed, or made on a faulty machine: remove it and run it again"
    }
  }

  static func reason(of error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    switch error.resultCode {
    case .SQLITE_FULL: return "the disk is full; free some space and run again: what is settled is kept"
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      return "the folder cannot be written to; choose another --out folder"
    case .SQLITE_NOTADB, .SQLITE_CORRUPT: return "the file is not a sound SQLite database; move it away and run again"
    case .SQLITE_BUSY, .SQLITE_LOCKED: return "another process is writing to it"
    case .SQLITE_IOERR: return "reading or writing failed (\(error.message ?? "input/output error")); is the disk full?"
    default: return error.message ?? "SQLite error \(error.resultCode.rawValue)"
    }
  }
}
