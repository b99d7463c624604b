/// Walks over the bytes of a table once.
struct CSVScanner {
  private let bytes: [UInt8]
  private let name: String
  private var place: Int
  private var line = 1

  private static let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
  private static let (feed, carriage) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    place = bytes.starts(with: CSVScanner.mark) ? 3 : 0
  }

  mutating func records() throws -> [CSV.Record] {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw malformed(1, "it is UTF-16; save it as UTF-8")
    }
    var records: [CSV.Record] = []
    while place < bytes.count {
      let begin = line
      if isLineEnd(bytes[place]) {
        endLine()
        continue
      }
      var fields = [try field()]
      while place < bytes.count, bytes[place] == CSVScanner.comma {
        place += 1
        fields.append(try field())
      }
      if place < bytes.count { endLine() }
      records.append(CSV.Record(line: begin, fields: fields))
    }
    return records
  }

  /// Up to the next comma, line end or end, which is not taken.
  private mutating func field() throws -> String {
    place < bytes.count && bytes[place] == CSVScanner.quote ? try quotedField() : try plainField()
  }

  private mutating func plainField() throws -> String {
    let begin = place
    while place < bytes.count, bytes[place] != CSVScanner.comma, !isLineEnd(bytes[place]) {
      guard bytes[place] != CSVScanner.quote else {
        throw malformed(line, "a quote within a field that does not begin with one")
      }
      place += 1
    }
    return try text(Array(bytes[begin..<place]), line)
  }

  private mutating func quotedField() throws -> String {
    let begin = line
    var content: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == CSVScanner.quote {
        place += 1
        guard place < bytes.count, bytes[place] == CSVScanner.quote else {
          guard place == bytes.count || bytes[place] == CSVScanner.comma || isLineEnd(bytes[place]) else {
            throw malformed(line, "more text after a closing quote, where a comma or the end of the line was expected")
          }
          return try text(content, begin)
        }
        content.append(byte)
        place += 1
      } else if isLineEnd(byte) {
        let end = place
        endLine()
        content += bytes[end..<place]
      } else {
        content.append(byte)
        place += 1
      }
    }
    throw malformed(begin, "a quote opens a field and nothing closes it")
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == CSVScanner.feed || byte == CSVScanner.carriage }

  /// Takes one line end; CRLF is one.
  private mutating func endLine() {
    let isPair =
      bytes[place] == CSVScanner.carriage && place + 1 < bytes.count && bytes[place + 1] == CSVScanner.feed
    place += isPair ? 2 : 1
    line += 1
  }

  private func text(_ field: [UInt8], _ line: Int) throws -> String {
    guard !field.contains(0) else { throw malformed(line, "a zero byte; is it a text file?") }
    guard let text = String(validating: field, as: UTF8.self) else {
      throw malformed(line, "text that is not UTF-8")
    }
    return text
  }

  private func malformed(_ line: Int, _ reason: String) -> FileFormatError {
    .malformed(file: name, format: .csv, reason: "line \(line): \(reason)")
  }
}
