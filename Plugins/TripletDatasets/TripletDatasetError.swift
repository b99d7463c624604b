/// What can be wrong with the files of a dataset of triplets, pairs or trios.
enum TripletDatasetError: Error, Hashable, CustomStringConvertible {
  /// A file or folder of a published dataset is not there; `source` says where to get it.
  case missing(folder: String, what: String, source: String)
  /// A table has no columns of these names.
  case missingColumns(file: String, columns: [String], found: [String])
  /// A row of a table; lines are counted from 1.
  case badRow(file: String, line: Int, got: String, expected: String)
  /// A table or list has nothing that is asked for.
  case nothingLeft(file: String, rows: Int, wanted: String)
  /// Pictures that are listed and do not exist.
  case absentPictures(folder: String, count: Int, example: String, listedIn: String, source: String)
  /// Files that belong together by name, and some of them are not there.
  case unmatched(folder: String, part: String, count: Int, example: String, source: String)
  /// A file of one number that holds something else.
  case badJudgement(file: String, got: String)
  case unknownSubset(String, known: [String])

  var description: String {
    switch self {
    case .missing(let folder, let what, let source): "\(folder): \(what) is not there; get \(source)"
    case .missingColumns(let file, let columns, let found):
      "\(file):1: no column\(columns.count == 1 ? "" : "s") called \(columns.joined(separator: ", ")); "
        + "the first line names \(found.prefix(16).joined(separator: ", "))"
    case .badRow(let file, let line, let got, let expected): "\(file):\(line): got \(got), expected \(expected)"
    case .nothingLeft(let file, let rows, let wanted):
      "\(file): none of its \(rows) row\(rows == 1 ? "" : "s") has \(wanted); ask for something else"
    case .absentPictures(let folder, let count, let example, let list, let source):
      "\(folder): \(count) picture\(count == 1 ? "" : "s") of \(list) \(count == 1 ? "is" : "are") not there "
        + "(such as \(example)); \(source)"
    case .unmatched(let folder, let part, let count, let example, let source):
      "\(folder): \(count) name\(count == 1 ? " has" : "s have") no file in \(part) (such as \(example)); get \(source)"
    case .badJudgement(let file, let got):
      "\(file): got \(got), expected one number from 0 to 1; is the file as it was published?"
    case .unknownSubset(let name, let known):
      "unknown subset '\(name)'; expected all, or a comma list of \(known.joined(separator: ", "))"
    }
  }
}
