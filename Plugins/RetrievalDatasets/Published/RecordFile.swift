internal import Pictures

/// A list of a published dataset: lines of columns, separated by blanks.
struct RecordFile {
  struct Record {
    let line: Int
    let columns: [String]
  }

  let path: String
  let records: [Record]
  /// What a line must look like, for errors.
  private let form: String

  /// - Parameters:
  ///   - columns: how many there are; the last one takes the rest of the line, blanks included.
  ///   - header: whether the first line is one.
  /// - Throws: `RetrievalDatasetError`, `PictureError.unreadable`.
  init(contentsOf path: String, columns: Int, hasHeader: Bool = false, form: String) throws {
    let bytes = try Picture.bytes(ofFile: path, limits: PictureLimits(maximumFileBytes: RecordFile.maximumSize))
    guard let text = String(validating: bytes, as: UTF8.self) else { throw RetrievalDatasetError.notText(file: path) }
    var records: [Record] = []
    for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      if raw.allSatisfy(\.isWhitespace) || (hasHeader && index == 0) { continue }
      let cut = raw.split(maxSplits: columns - 1, whereSeparator: \.isWhitespace).map(String.init)
      guard cut.count == columns else {
        throw RetrievalDatasetError.malformedRecord(
          file: path, line: index + 1, got: String(raw.prefix(80)), expected: form)
      }
      records.append(Record(line: index + 1, columns: cut))
    }
    self.path = path
    self.records = records
    self.form = form
  }

  /// A column that is a number of at least 1.
  /// - Throws: `RetrievalDatasetError.malformedRecord`.
  func number(_ record: Record, _ column: Int) throws -> Int {
    guard let number = Int(record.columns[column]), (1...RecordFile.largest).contains(number) else {
      throw malformed(record)
    }
    return number
  }

  /// A column that is a path below the folder that the dataset lies in.
  /// - Throws: `RetrievalDatasetError.malformedRecord`.
  func relativePath(_ record: Record, _ column: Int) throws -> String {
    let path = record.columns[column]
    guard RecordFile.isBelow(path) else { throw malformed(record) }
    return path
  }

  /// Whether a path leads to something below where it starts.
  static func isBelow(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !["", ".", ".."].contains($0) }
  }

  /// Numbers of images and classes above this are a lie.
  static let largest = 1_000_000
  /// The longest list that was published has 4 MB.
  private static let maximumSize = 16 << 20

  func malformed(_ record: Record) -> RetrievalDatasetError {
    .malformedRecord(
      file: path, line: record.line, got: String(record.columns.joined(separator: " ").prefix(80)), expected: form)
  }
}
