internal import Foundation

/// Runs are called by the ends of their paths: as many parts as tell them apart.
enum RunNames {
  /// "a/b/runs/one" and "a/c/runs/two" are "one" and "two"; "a/run" and "b/run" are "a/run" and "b/run".
  static func short(_ folders: [String]) -> [String] {
    let parts = folders.map { folder in
      URL(fileURLWithPath: folder).standardizedFileURL.pathComponents.filter { $0 != "/" }
    }
    for count in 1...max(1, parts.map(\.count).max() ?? 1) {
      let names = parts.map { $0.suffix(count).joined(separator: "/") }
      if Set(names).count == Set(parts).count { return names }
    }
    return folders
  }
}
