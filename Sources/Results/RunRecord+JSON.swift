public import Foundation

extension RunRecord {
  /// The record as JSON: keys sorted, two spaces of indentation, doubles in the shortest form that reads back to the
  /// same bits, "nan", "inf" and "-inf" as strings, one line feed at the end. Equal records give equal bytes.
  ///
  /// - Throws: ``ResultsError/inconsistent(file:key:reason:)`` if the record contradicts itself.
  public func encoded() throws -> Data {
    try validate(file: "results.json")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    var data = try encoder.encode(self)
    data.append(UInt8(ascii: "\n"))
    return data
  }

  /// Writes ``encoded()`` so that the file is the old one or the new one, never a part.
  ///
  /// - Throws: ``ResultsError/unwritable(file:reason:)``, ``ResultsError/inconsistent(file:key:reason:)``.
  public func write(to file: URL) throws {
    let data = try encoded()
    do {
      try data.write(to: file, options: .atomic)
    } catch {
      throw ResultsError.unwritable(file: file.path, reason: RunRecord.reason(error))
    }
  }

  /// Reads and validates a `results.json`.
  ///
  /// - Throws: ``ResultsError``: unreadable, malformed (with the key), of another schema, or inconsistent.
  public init(contentsOf file: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw ResultsError.unreadable(file: file.path, reason: RunRecord.reason(error))
    }
    try self.init(json: data, file: file.path)
  }

  /// Reads and validates a record from JSON; `file` is the name that errors give.
  ///
  /// - Throws: ``ResultsError``: malformed (with the key), of another schema, or inconsistent.
  public init(json data: Data, file: String = "results.json") throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      // The schema comes first: a record of the next version may lack every other key.
      let schema = try decoder.decode(SchemaOnly.self, from: data).schema
      guard schema == RunRecord.currentSchema else {
        throw ResultsError.unknownSchema(file: file, got: schema, expected: RunRecord.currentSchema)
      }
      self = try decoder.decode(RunRecord.self, from: data)
    } catch let error as DecodingError {
      throw RunRecord.malformed(error, file: file)
    }
    try validate(file: file)
  }

  private struct SchemaOnly: Decodable { let schema: String }

  private static func reason(_ error: any Error) -> String {
    let error = error as NSError
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(cause.code)))
    }
    return error.localizedDescription
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
