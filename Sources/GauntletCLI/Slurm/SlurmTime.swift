/// A time limit as Slurm reads it: minutes, M:S, H:M:S, D-H, D-H:M, D-H:M:S.
enum SlurmTime {
  /// Tasks are warned so long before their limit, in seconds.
  static let notice = 60

  /// Nil for what is no such time.
  static func seconds(_ text: String) -> Int? {
    let days = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = (days.last ?? "").split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard (1...3).contains(parts.count), parts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
    let padded = parts + [0, 0]
    if days.count == 2 {
      guard let count = Int(days[0]), (0...100_000).contains(count) else { return nil }
      return 86_400 * count + 3600 * padded[0] + 60 * padded[1] + padded[2]
    }
    return parts.count == 3 ? 3600 * padded[0] + 60 * padded[1] + padded[2] : 60 * padded[0] + padded[1]
  }
}
