internal import Foundation
internal import GRDB

/// Per-sample verdicts in SQLite, addressed by what can change them: a cell's id is a hash of all of it.
///
/// Rows are written in transactions, so a process that is killed leaves whole batches behind and nothing else. A row that
/// is there already is never written again.
public final class Ledger: Sendable {
  /// Bumped when the tables change.
  public static let schemaVersion = 1

  let database: DatabaseQueue
  let path: String

  /// Opens the ledger, or makes it.
  /// - Throws: `LedgerError`.
  public init(at path: String) throws {
    self.path = path
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { database in try database.execute(sql: "PRAGMA synchronous = NORMAL") }
      database = try DatabaseQueue(path: path, configuration: configuration)
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    } catch { throw LedgerError.unusable(path: path, reason: LedgerError.reason(of: error)) }
    let found = try access { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    guard found == 0 || found == Ledger.schemaVersion else {
      throw LedgerError.otherVersion(path: path, found: found, expected: Ledger.schemaVersion)
    }
    if found == 0 { try access { try Ledger.createTables($0) } }
  }

  private static func createTables(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE row (
          cell TEXT NOT NULL, sample INTEGER NOT NULL, targets TEXT NOT NULL, stage TEXT NOT NULL, flags TEXT NOT NULL,
          linf DOUBLE, l2 DOUBLE, l1 DOUBLE, forwards INTEGER NOT NULL, backwards INTEGER NOT NULL,
          PRIMARY KEY (cell, sample)) WITHOUT ROWID;
        CREATE TABLE measure (
          cell TEXT NOT NULL, sample INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
          before BLOB NOT NULL, after BLOB,
          PRIMARY KEY (cell, sample, place)) WITHOUT ROWID;
        CREATE TABLE value (
          cell TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (cell, name)) WITHOUT ROWID;
        PRAGMA user_version = \(schemaVersion);
        """)
  }

  private func access<R>(_ body: (Database) throws -> R) throws -> R { try checked { try database.write(body) } }

  /// Work on the database, with errors that name the file.
  func checked<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as LedgerError { throw error } catch {
      throw LedgerError.unusable(path: path, reason: LedgerError.reason(of: error))
    }
  }

  /// The samples of a cell that are settled.
  public func samples(of cell: String) throws -> Set<Int> {
    try access { try Int.fetchSet($0, sql: "SELECT sample FROM row WHERE cell = ?", arguments: [cell]) }
  }

  /// Adds rows, all of them or none.
  public func append(_ rows: [LedgerRow], to cell: String) throws {
    try access { database in
      for row in rows {
        try database.execute(
          sql: "INSERT OR IGNORE INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            cell, row.sample, row.targets.map(String.init).joined(separator: " "), row.stage,
            row.flags.joined(separator: " "), row.norms?.linf, row.norms?.l2, row.norms?.l1, row.forwards,
            row.backwards,
          ])
        for (place, measure) in row.measures.enumerated() {
          try database.execute(
            sql: "INSERT OR IGNORE INTO measure VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
              cell, row.sample, place, measure.name, Ledger.bytes(measure.before), measure.after.map(Ledger.bytes),
            ])
        }
      }
    }
  }

  /// All rows of a cell, by sample.
  public func rows(of cell: String) throws -> [LedgerRow] {
    try access { database in
      var measures: [Int: [LedgerMeasure]] = [:]
      let found = try Row.fetchCursor(
        database, sql: "SELECT sample, name, before, after FROM measure WHERE cell = ? ORDER BY sample, place",
        arguments: [cell])
      while let row = try found.next() {
        let before: Data = row[2]
        let after: Data? = row[3]
        measures[row[0], default: []].append(
          LedgerMeasure(row[1], before: Ledger.double(before), after: after.map(Ledger.double)))
      }
      return try Row.fetchAll(
        database,
        sql: """
          SELECT sample, targets, stage, flags, linf, l2, l1, forwards, backwards FROM row WHERE cell = ?
          ORDER BY sample
          """, arguments: [cell]
      ).map { row in
        let sample: Int = row[0]
        let targets: String = row[1]
        let flags: String = row[3]
        let linf: Double? = row[4]
        return LedgerRow(
          sample: sample, targets: targets.split(separator: " ").compactMap { Int($0) },
          measures: measures[sample] ?? [], norms: linf.map { LedgerNorms(linf: $0, l2: row[5], l1: row[6]) },
          forwards: row[7], backwards: row[8], stage: row[2], flags: flags.split(separator: " ").map(String.init))
      }
    }
  }

  /// Numbers of a whole cell that belong to no sample (NMI, for one).
  public func setValue(_ value: Double, named name: String, of cell: String) throws {
    try access {
      try $0.execute(
        sql: "INSERT OR REPLACE INTO value VALUES (?, ?, ?)", arguments: [cell, name, Ledger.bytes(value)])
    }
  }

  public func value(named name: String, of cell: String) throws -> Double? {
    try access {
      try Data.fetchOne(
        $0, sql: "SELECT value FROM value WHERE cell = ? AND name = ?", arguments: [cell, name]
      ).map(Ledger.double)
    }
  }

  // SQLite turns a NaN into NULL: numbers are kept as their eight bytes.
  private static func bytes(_ value: Double) -> Data {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
  }

  private static func double(_ bytes: Data) -> Double {
    guard bytes.count == 8 else { return .nan }
    return Double(bitPattern: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
