internal import Foundation
internal import Results

/// Writing results: stdout for what was asked, files whole or not at all.
enum Output {
  static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

  /// Text that ends its own lines.
  static func text(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  static func json(_ value: some Encodable) throws { text(try VersionedJSON.text(value)) }

  static func write(_ data: Data, to path: String) throws {
    do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw CommandError.unwritable(path: path, reason: (error as NSError).localizedDescription)
    }
  }

  static func makeFolder(_ path: String) throws {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw CommandError.unwritable(path: path, reason: (error as NSError).localizedDescription)
    }
  }
}
