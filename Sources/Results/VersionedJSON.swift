package import Foundation

/// How files with a `schema` are written and read: keys sorted, doubles in the shortest form that reads back to the same
/// bits, "nan", "inf" and "-inf" as strings, one line feed at the end.
package enum VersionedJSON {
  private struct SchemaOnly: Decodable { let schema: String }

  /// Equal values give equal bytes.
  package static func encode(_ value: some Encodable, isPretty: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    var data = try encoder.encode(value)
    data.append(UInt8(ascii: "\n"))
    return data
  }

  /// The same, indented, but lists of plain values each in one line: for files that people review as differences.
  package static func rows(_ value: some Encodable) throws -> Data {
    var text: [UInt8] = []
    // Where the innermost list began, as long as it holds plain values alone.
    var list: Int?
    var (isInString, isEscaped) = (false, false)
    for byte in try encode(value, isPretty: true) {
      text.append(byte)
      if isInString {
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["): list = text.count
      case UInt8(ascii: "{"): list = nil
      case UInt8(ascii: "]"):
        if let start = list { text.replaceSubrange(start..., with: inOneLine(text[start...])) }
        list = nil
      default: break
      }
    }
    return Data(text)
  }

  /// Without line feeds and what indents the lines after them; a space goes after a comma.
  private static func inOneLine(_ text: ArraySlice<UInt8>) -> [UInt8] {
    text.split(separator: UInt8(ascii: "\n")).map { $0.drop { $0 == UInt8(ascii: " ") } }.reduce(into: []) {
      if $0.last == UInt8(ascii: ",") { $0.append(UInt8(ascii: " ")) }
      $0 += $1
    }
  }

  /// The same, indented, for a terminal.
  package static func text(_ value: some Encodable) throws -> String {
    String(decoding: try encode(value, isPretty: true), as: UTF8.self)
  }

  /// - Throws: ``ResultsError``: malformed (with the key), or of another schema.
  package static func decode<Value: Decodable>(_ data: Data, schema: String, file: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      // The schema comes first: a file of the next version may lack every other key.
      let found = try decoder.decode(SchemaOnly.self, from: data).schema
      guard found == schema else { throw ResultsError.unknownSchema(file: file, got: found, expected: schema) }
      return try decoder.decode(Value.self, from: data)
    } catch let error as DecodingError {
      throw malformed(error, file: file)
    }
  }

  private static func malformed(_ error: DecodingError, file: String) -> ResultsError {
    func path(_ keys: [any CodingKey]) -> String {
      keys.reduce("") { text, key in
        if let index = key.intValue { return text + "[\(index)]" }
        return text.isEmpty ? key.stringValue : text + "." + key.stringValue
      }
    }
    switch error {
    case .keyNotFound(let key, let context):
      return .malformed(file: file, key: path(context.codingPath + [key]), reason: "the key is missing")
    case .valueNotFound(let type, let context):
      return .malformed(file: file, key: path(context.codingPath), reason: "null where \(type) is expected")
    case .typeMismatch(let type, let context):
      return .malformed(file: file, key: path(context.codingPath), reason: "\(type) is expected")
    case .dataCorrupted(let context):
      return .malformed(file: file, key: path(context.codingPath), reason: context.debugDescription)
    @unknown default:
      return .malformed(file: file, key: "", reason: "\(error)")
    }
  }
}
