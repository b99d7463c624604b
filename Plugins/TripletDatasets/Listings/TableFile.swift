internal import FileFormats

/// A table with named columns, whose rows are checked one by one.
struct TableFile {
  struct Row {
    let line: Int
    let fields: [String]
  }

  let path: String
  /// The names of the columns; nil if the first line is a row like the others.
  let header: [String]?
  let rows: [Row]

  /// - Parameter isHeader: whether the first line names the columns.
  /// - Throws: `FileFormatError`, `TripletDatasetError.nothingLeft`.
  init(contentsOf path: String, isHeader: ([String]) -> Bool) throws {
    let records = try CSV(contentsOf: path).records.map { record in
      Row(line: record.line, fields: record.fields.map(TableFile.trimmed))
    }
    guard let first = records.first else {
      throw TripletDatasetError.nothingLeft(file: path, rows: 0, wanted: "anything in it")
    }
    self.path = path
    header = isHeader(first.fields) ? first.fields : nil
    rows = header == nil ? records : Array(records.dropFirst())
  }

  /// The place of a column by its name.
  func column(_ name: String) -> Int? { header?.firstIndex { $0.lowercased() == name } }

  /// Names that the header lacks.
  /// - Throws: `TripletDatasetError.missingColumns` if there are any.
  func require(_ names: [String]) throws {
    let missing = names.filter { column($0) == nil }
    guard missing.isEmpty else {
      throw TripletDatasetError.missingColumns(file: path, columns: missing, found: header ?? [])
    }
  }

  /// A field, which may be missing at the end of a short row.
  /// - Throws: `TripletDatasetError.badRow`.
  func text(_ row: Row, _ column: Int, _ name: String) throws -> String {
    guard column < row.fields.count else {
      throw bad(row, "\(row.fields.count) fields", "at least \(column + 1), of which the last is \(name)")
    }
    guard !row.fields[column].isEmpty else { throw bad(row, "nothing", "\(name) in column \(column + 1)") }
    return row.fields[column]
  }

  /// A field that is a number in a range.
  /// - Throws: `TripletDatasetError.badRow`.
  func number(_ row: Row, _ column: Int, _ name: String, in range: ClosedRange<Double>) throws -> Double {
    let text = try text(row, column, name)
    guard let number = Double(text), range.contains(number) else {
      let ends = "\(TableFile.plain(range.lowerBound)) to \(TableFile.plain(range.upperBound))"
      throw bad(row, "'\(text.prefix(40))'", "\(name), a number from \(ends)")
    }
    return number
  }

  /// A field that is true or false, as the usual writers write it.
  /// - Throws: `TripletDatasetError.badRow`.
  func flag(_ row: Row, _ column: Int, _ name: String) throws -> Bool {
    let text = try text(row, column, name)
    switch text.lowercased() {
    case "true", "1", "1.0": return true
    case "false", "0", "0.0": return false
    default: throw bad(row, "'\(text.prefix(40))'", "\(name), which is True or False")
    }
  }

  /// A field that is the path of something below a folder.
  /// - Throws: `TripletDatasetError.badRow`.
  func path(_ row: Row, _ column: Int, _ name: String, below folder: String) throws -> String {
    let text = try text(row, column, name)
    guard FileFinder.isBelow(text) else {
      throw bad(row, "'\(text.prefix(120))'", "\(name), a path of a file below \(folder)")
    }
    return text
  }

  func bad(_ row: Row, _ got: String, _ expected: String) -> TripletDatasetError {
    .badRow(file: path, line: row.line, got: got, expected: expected)
  }

  private static func trimmed(_ field: String) -> String {
    let scalars = field.unicodeScalars
    guard let begin = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[begin...end])
  }

  private static func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }
}
