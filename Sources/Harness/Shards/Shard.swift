/// One of several processes that share a plan, here or on other machines: "2/3".
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// Shards of a plan are no more than this many.
  public static let limit = 10_000

  /// 1 to ``count``.
  public let index: Int
  public let count: Int

  /// Nil unless 1 ≤ index ≤ count ≤ ``limit``.
  public init?(_ index: Int, of count: Int) {
    guard (1...Shard.limit).contains(count), (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// Nil unless the text is I/N.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index, of: count)
  }

  /// All shards of a plan.
  public static func all(of count: Int) -> [Shard] { (1...max(count, 1)).compactMap { Shard($0, of: count) } }

  public var description: String { "\(index)/\(count)" }
  /// As a folder's name: "2-of-3".
  public var folderName: String { "\(index)-of-\(count)" }
}
