/// A table of text with commas (RFC 4180): what spreadsheets and data frames write.
///
/// Fields may be quoted, and hold commas, quotes (doubled) and line ends then. Lines end with CRLF, LF or CR, the last
/// one with or without. A byte order mark is skipped, and so are empty lines. Blanks belong to their field.
public struct CSV: Sendable, Equatable {
  /// The fields of one line.
  public struct Record: Sendable, Equatable {
    /// Where it begins, counted from 1.
    public let line: Int
    public let fields: [String]
  }

  /// What errors call it.
  public let name: String
  /// Every line that is not empty, also the header: whether there is one is for the caller to know.
  public let records: [Record]

  /// Reads a file.
  /// - Parameter limit: the most bytes that are read.
  /// - Throws: `FileFormatError`.
  public init(contentsOf path: String, limit: Int = 256 << 20) throws {
    let source = try ByteSource(contentsOf: path)
    guard source.count <= limit else { throw FileFormatError.tooLarge(file: path, format: .csv, limit: limit) }
    try self.init(decoding: try source.read(0..<source.count), name: path)
  }

  /// Reads the content of a file; `name` is what errors call it.
  /// - Throws: `FileFormatError.malformed`, with the line.
  public init(decoding bytes: [UInt8], name: String) throws {
    var scanner = CSVScanner(bytes, name: name)
    self.name = name
    records = try scanner.records()
  }
}
