internal import GauntletKit
internal import Pictures

/// Which class is in which split, as a file says: lines `class<TAB>train|test[<TAB>title]`; empty lines do not count.
struct SplitFile: Sendable {
  struct Entry: Hashable, Sendable {
    let name: String
    let split: Split
    let title: String
    let line: Int
  }

  let path: String
  let bytes: [UInt8]
  let entries: [Entry]

  /// - Throws: `RetrievalDatasetError`, `PictureError.unreadable`.
  init(contentsOf path: String) throws {
    self.path = path
    bytes = try Picture.bytes(ofFile: path)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw RetrievalDatasetError.notText(file: path) }
    var entries: [Entry] = []
    var lines: [String: Int] = [:]
    for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = index + 1
      if raw.allSatisfy(\.isWhitespace) { continue }
      func malformed(_ reason: String) -> RetrievalDatasetError {
        .malformedLine(file: path, line: line, reason: reason)
      }
      let columns = raw.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard (2...3).contains(columns.count) else {
        throw malformed("got \(columns.count) column\(columns.count == 1 ? "" : "s")")
      }
      guard !columns[0].isEmpty, !columns[0].contains("/") else { throw malformed("got the class '\(columns[0])'") }
      guard let split = Split(rawValue: columns[1]) else { throw malformed("got the split '\(columns[1])'") }
      if let first = lines[columns[0]] { throw malformed("class '\(columns[0])' was in line \(first) already") }
      lines[columns[0]] = line
      entries.append(
        Entry(name: columns[0], split: split, title: columns.count == 3 ? columns[2] : "", line: line))
    }
    guard entries.contains(where: { $0.split == .test }) else { throw RetrievalDatasetError.noTestClass(file: path) }
    self.entries = entries
  }
}
