public import Tensors

/// The k nearest gallery items of each query, exactly: distances by blocks of queries, never all at once.
public struct NearestNeighbours: Sendable {
  /// Gallery indices by query, nearest first; of equal distances the smaller index first. A distance that is not a number
  /// comes last.
  public let indices: [[Int]]
  /// Their distances.
  public let distances: [[Float]]

  private static let block = 64

  /// - Parameters:
  ///   - queries: placed embeddings [Q, D].
  ///   - k: how many; fewer where the gallery is smaller.
  ///   - own: the gallery index of each query's own entry, which is left out; nil for none.
  public init(of queries: Tensor, in gallery: Gallery, k: Int, excluding own: [Int]? = nil) {
    precondition(k >= 1, "at least one neighbour, not \(k)")
    precondition(own == nil || own?.count == queries.rows, "one own entry for each of \(queries.rows) queries")
    var found = [[(distance: Float, index: Int)]](repeating: [], count: queries.rows)
    for first in stride(from: 0, to: queries.rows, by: Self.block) {
      let rows = first..<min(first + Self.block, queries.rows)
      let distances = gallery.geometry.distances(queries.rows(rows), toAll: gallery.embeddings)
      distances.withScalars { scalars in
        found.withUnsafeMutableBufferPointer { found in
          let (d, target) = (Unchecked(scalars), Unchecked(found))
          Workers.forEach(rows.count) { row in
            target.value[first + row] = Self.nearest(
              UnsafeBufferPointer(rebasing: d.value[row * gallery.count..<(row + 1) * gallery.count]), k,
              excluding: own?[first + row])
          }
        }
      }
    }
    indices = found.map { $0.map(\.index) }
    distances = found.map { $0.map(\.distance) }
  }

  /// A heap of the k best so far, the worst of them on top.
  private static func nearest(
    _ row: UnsafeBufferPointer<Float>, _ k: Int, excluding own: Int?
  ) -> [(distance: Float, index: Int)] {
    func key(_ item: (distance: Float, index: Int)) -> (Float, Int) {
      (item.distance.isNaN ? .infinity : item.distance, item.index)
    }
    var heap: [(distance: Float, index: Int)] = []
    for index in row.indices where index != own {
      let item = (distance: row[index], index: index)
      if heap.count < k {
        heap.append(item)
        var child = heap.count - 1
        while child > 0, key(heap[(child - 1) / 2]) < key(heap[child]) {
          heap.swapAt(child, (child - 1) / 2)
          child = (child - 1) / 2
        }
      } else if key(item) < key(heap[0]) {
        heap[0] = item
        var parent = 0
        while true {
          var largest = parent
          for child in [2 * parent + 1, 2 * parent + 2] where child < k && key(heap[largest]) < key(heap[child]) {
            largest = child
          }
          if largest == parent { break }
          heap.swapAt(parent, largest)
          parent = largest
        }
      }
    }
    return heap.sorted { key($0) < key($1) }
  }
}
