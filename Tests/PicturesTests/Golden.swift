import Foundation
import Pictures

/// Files that Tests/Reference/pictures.py wrote.
enum Golden {
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Golden").appendingPathComponent(name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func names(endingIn endings: String...) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path(""))) ?? []
    return all.filter { name in endings.contains { name.hasSuffix($0) } }.sorted()
  }

  static func lines(_ name: String) throws -> [[String]] {
    String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: " ").map(String.init)
    }
  }

  /// A binary PPM (three channels) or PGM (one).
  static func pixmap(_ name: String) throws -> (width: Int, height: Int, values: [UInt8]) {
    let bytes = try bytes(name)
    var words: [String] = []
    var place = 0
    while words.count < 4 {
      let end = bytes[place...].firstIndex { $0 == 0x20 || $0 == 0x0A } ?? bytes.count
      words.append(String(decoding: bytes[place..<end], as: UTF8.self))
      place = end + 1
    }
    return (Int(words[1]) ?? 0, Int(words[2]) ?? 0, Array(bytes[place...]))
  }

  static func picture(_ name: String) throws -> Picture {
    let (width, height, values) = try pixmap(name)
    return Picture(width: width, height: height, pixels: values)
  }
}

/// The largest difference of two pictures of one size, in steps of 1/255; nil if the sizes differ.
func largestDifference(_ a: Picture, _ b: Picture) -> Int? {
  guard a.width == b.width, a.height == b.height else { return nil }
  return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max()
}
