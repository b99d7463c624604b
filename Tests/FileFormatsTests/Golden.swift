import Foundation
import Tensors

/// Files that Tests/Reference/formats.py wrote.
enum Golden {
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Golden").appendingPathComponent(name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func names(endingIn ending: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path(""))) ?? []
    return all.filter { $0.hasSuffix(ending) }.sorted()
  }

  /// Bit patterns, because NaN and the zeros differ in them only.
  struct Values: Decodable, Equatable {
    let shape: [Int]
    let bits: [UInt32]

    init(_ tensor: Tensor) {
      shape = tensor.shape.extents
      bits = tensor.scalars.map(\.bitPattern)
    }
  }

  static func values() throws -> [String: Values] {
    try JSONDecoder().decode([String: Values].self, from: Data(bytes("values.json")))
  }
}

/// A folder that is removed at the end.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("gauntlet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// The text of the error that `body` throws.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}
