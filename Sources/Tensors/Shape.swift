/// The extents of a tensor, outermost first. An image batch is [N, C, H, W]; embeddings are [N, D].
public struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  public let extents: [Int]

  public init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 >= 0 }, "a shape has no negative extent, got \(extents)")
    self.extents = extents
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  public var rank: Int { extents.count }
  public var count: Int { extents.reduce(1, *) }
  public subscript(axis: Int) -> Int { extents[axis] }

  /// The number of scalars behind one index of the first axis.
  public var rowCount: Int { extents.dropFirst().reduce(1, *) }

  /// The same shape with another first extent.
  public func withRows(_ rows: Int) -> Shape { Shape([rows] + extents.dropFirst()) }

  public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
