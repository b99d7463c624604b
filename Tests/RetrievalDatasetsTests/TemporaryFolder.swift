import Foundation
import Pictures
import Testing

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("gauntlet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  /// A picture of one colour, as PNG or JPEG by the name's extension; red tells which one it is.
  func picture(_ name: String, red: UInt8, width: Int = 20, height: Int = 16) throws {
    let pixels = (0..<width * height).flatMap { _ -> [UInt8] in [red, 100, 50] }
    let picture = Picture(width: width, height: height, pixels: pixels)
    try write(name.hasSuffix("png") ? picture.png() : picture.jpeg(quality: 95), to: name)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(at: url.appendingPathComponent(name)) }
}

/// The text of the error that `body` throws.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}
