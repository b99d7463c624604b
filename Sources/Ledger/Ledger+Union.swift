internal import GRDB

extension Ledger {
  /// Takes over every row and value of another ledger: all of them or, where the two contradict each other, none.
  ///
  /// Rows that both have must be equal to the bit: they were made of the same things. Values of whole cells follow from
  /// rows and models, and the other's take the place of those that are here.
  /// - Parameter other: the file of a ledger that nobody is writing to.
  /// - Throws: `LedgerError`.
  public func absorb(_ other: String) throws {
    // Opened first, so that what is no ledger is an error that names it, and an old file is brought up to its log.
    _ = try Ledger(at: other)
    try checked {
      try database.writeWithoutTransaction { database in
        try database.execute(sql: "ATTACH DATABASE ? AS other", arguments: [other])
        defer { try? database.execute(sql: "DETACH DATABASE other") }
        try database.inTransaction {
          if let (cell, sample) = try Ledger.contradiction(database) {
            throw LedgerError.contradiction(path: path, other: other, cell: cell, sample: sample)
          }
          try database.execute(
            sql: """
              INSERT OR IGNORE INTO main.row SELECT * FROM other.row;
              INSERT OR IGNORE INTO main.measure SELECT * FROM other.measure;
              INSERT OR REPLACE INTO main.value SELECT * FROM other.value;
              """)
          return .commit
        }
      }
    }
  }

  /// A row that both have, and that is not the same in both.
  private static func contradiction(_ database: Database) throws -> (cell: String, sample: Int)? {
    func differing(_ table: String, keys: [String], _ columns: [String]) -> String {
      let join = keys.map { "mine.\($0) = theirs.\($0)" }.joined(separator: " AND ")
      let unlike = columns.map { "mine.\($0) IS NOT theirs.\($0)" }.joined(separator: " OR ")
      return
        "SELECT mine.cell, mine.sample FROM main.\(table) mine JOIN other.\(table) theirs ON \(join) WHERE \(unlike)"
    }
    let rows = differing(
      "row", keys: ["cell", "sample"],
      ["targets", "stage", "flags", "linf", "l2", "l1", "forwards", "backwards"])
    let measures = differing("measure", keys: ["cell", "sample", "place"], ["name", "before", "after"])
    let found = try Row.fetchOne(database, sql: "\(rows) UNION ALL \(measures) LIMIT 1")
    return found.map { ($0[0], $0[1]) }
  }
}
