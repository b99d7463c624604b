public import Foundation

extension RunRecord {
  /// The record as JSON: keys sorted, two spaces of indentation, doubles in the shortest form that reads back to the
  /// same bits, "nan", "inf" and "-inf" as strings, one line feed at the end. Equal records give equal bytes.
  ///
  /// - Throws: ``ResultsError/inconsistent(file:key:reason:)`` if the record contradicts itself.
  public func encoded() throws -> Data {
    try validate(file: "results.json")
    return try VersionedJSON.encode(self, isPretty: true)
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
    self = try VersionedJSON.decode(data, schema: RunRecord.currentSchema, file: file)
    try validate(file: file)
  }

  private static func reason(_ error: any Error) -> String {
    let error = error as NSError
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(cause.code)))
    }
    return error.localizedDescription
  }
}
