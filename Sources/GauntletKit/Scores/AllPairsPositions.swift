internal import CKernels
internal import Synchronization
internal import Tensors

/// Where every item's classmates stand in its ranking of all others, computed from each pair's distance once: by tiles of
/// the upper triangle, each counted for its rows and for its columns. Memory grows with the items and their classmates,
/// never with the pairs; counts are integers, so that the order of the tiles changes nothing.
struct AllPairsPositions {
  /// The 1-based positions of an item's classmates, ascending, by item.
  let positions: [[Int]]

  /// Items of one side of a tile.
  private static let side = 256
  /// Above this mean number of classmates, placing each item by bisection is cheaper than counting for each classmate.
  static let mostClassmates = 64

  /// Whether it pays for a gallery: few classmates, and distances that are numbers.
  static func suits(_ gallery: Gallery, classes: [Int: [Int]]) -> Bool {
    let pairs = classes.values.reduce(0) { $0 + $1.count * ($1.count - 1) }
    return pairs <= mostClassmates * gallery.count && gallery.embeddings.isFinite
  }

  init(_ gallery: Gallery, classes: [Int: [Int]]) {
    let count = gallery.count
    let starts = Array(stride(from: 0, to: count, by: Self.side))
    let blocks = starts.map { gallery.embeddings.rows($0..<min($0 + Self.side, count)) }
    let classmates = Self.classmates(gallery, classes)
    let totals = Mutex([UInt32](repeating: 0, count: classmates.indices.count))
    Workers.forEach(blocks.count) { i in
      for j in i..<blocks.count {
        let tile = Tile(gallery.geometry.distances(blocks[i], toAll: blocks[j]), isDiagonal: i == j)
        let rows = tile.counts(of: starts[i]..<starts[i] + blocks[i].rows, before: starts[j], classmates)
        totals.withLock { rows.add(to: &$0) }
        guard i < j else { continue }
        let columns = tile.turned.counts(of: starts[j]..<starts[j] + blocks[j].rows, before: starts[i], classmates)
        totals.withLock { columns.add(to: &$0) }
      }
    }
    let counts = totals.withLock { $0 }
    positions = (0..<count).map { item in
      counts[classmates.range(of: item)].map { Int($0) + 1 }.sorted()
    }
  }

  /// Every item's classmates and their distances, one item behind the other.
  struct Classmates: Sendable {
    var starts: [Int] = [0]
    var indices: [Int] = []
    var distances: [Float] = []

    func range(of item: Int) -> Range<Int> { starts[item]..<starts[item + 1] }
  }

  private static func classmates(_ gallery: Gallery, _ classes: [Int: [Int]]) -> Classmates {
    var result = Classmates()
    for item in 0..<gallery.count {
      result.indices += (classes[gallery.labels[item]] ?? []).filter { $0 != item }
      result.starts.append(result.indices.count)
    }
    let found = result
    result.distances = [Float](unsafeUninitializedCapacity: found.indices.count) { target, initialized in
      initialized = found.indices.count
      let distances = Unchecked(target)
      // Pieces of many items: each is little work.
      Workers.forEach((gallery.count + side - 1) / side) { piece in
        for item in piece * side..<min((piece + 1) * side, gallery.count) where !found.range(of: item).isEmpty {
          let range = found.range(of: item)
          let values = gallery.geometry.distances(
            gallery.embeddings.rows(item..<item + 1), toAll: gallery.embeddings.rows(Array(found.indices[range])))
          for (place, value) in zip(range, values.scalars) { distances.value[place] = value }
        }
      }
    }
    return result
  }

  /// Distances of some items to others: [rows, columns].
  private struct Tile {
    let distances: Tensor

    /// - Parameter isDiagonal: whether rows and columns are the same items, each of which is then not compared with
    ///   itself.
    init(_ distances: Tensor, isDiagonal: Bool) {
      var distances = distances
      if isDiagonal {
        let columns = distances.shape[1]
        distances.withMutableScalars { for i in 0..<columns { $0[i * columns + i] = .nan } }
      }
      self.distances = distances
    }

    var turned: Tile {
      let (rows, columns) = (distances.shape[0], distances.shape[1])
      let turned = Tensor(unsafeUninitialized: [columns, rows]) { target in
        distances.withScalars { source in
          guard let from = source.baseAddress, let to = target.baseAddress else { return }
          gk_transpose(from, to, 1, rows, columns)
        }
      }
      return Tile(turned, isDiagonal: false)
    }

    /// How many of the columns, whose items begin at `first`, come before each classmate of the rows' items.
    func counts(of items: Range<Int>, before first: Int, _ classmates: Classmates) -> Counts {
      let span = classmates.starts[items.lowerBound]..<classmates.starts[items.upperBound]
      var counts = [UInt32](repeating: 0, count: span.count)
      let columns = distances.shape[1]
      counts.withUnsafeMutableBufferPointer { counts in
        classmates.indices.withUnsafeBufferPointer { indices in
          classmates.distances.withUnsafeBufferPointer { thresholds in
            distances.withScalars { scalars in
              guard let row = scalars.baseAddress, let target = counts.baseAddress, let index = indices.baseAddress,
                let threshold = thresholds.baseAddress
              else { return }
              for (place, item) in items.enumerated() {
                let range = classmates.range(of: item)
                gk_count_before(
                  row + place * columns, columns, first, threshold + range.lowerBound, index + range.lowerBound,
                  target + range.lowerBound - span.lowerBound, range.count)
              }
            }
          }
        }
      }
      return Counts(span: span, values: counts)
    }
  }

  private struct Counts {
    let span: Range<Int>
    let values: [UInt32]

    func add(to totals: inout [UInt32]) {
      for (place, value) in zip(span, values) { totals[place] += value }
    }
  }
}
