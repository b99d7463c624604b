internal import CKernels
internal import Tensors

/// The nearest centre of each of some points, the lower index of equals: exact, and kept up to date while centres come
/// and move. Distances are computed by tiles that stay in the caches; a distance that is not a number is never nearest.
struct NearestCentres {
  /// Infinite, and of index 0, where nothing was offered.
  private(set) var distances: [Float]
  private(set) var indices: [Int]

  /// Points and centres of one tile.
  private static let side = 256

  init(count: Int) {
    distances = [Float](repeating: .infinity, count: count)
    indices = [Int](repeating: 0, count: count)
  }

  /// Compares with more centres, [M, D], whose indices are `names`, ascending.
  mutating func offer(_ centres: Tensor, named names: [Int], to points: Tensor) {
    let (count, size, side) = (points.rows, points.shape[1], Self.side)
    points.withScalars { x in
      centres.withScalars { y in
        distances.withUnsafeMutableBufferPointer { distances in
          indices.withUnsafeMutableBufferPointer { indices in
            guard let x = x.baseAddress, let y = y.baseAddress else { return }
            let (a, b, best, index) = (Unchecked(x), Unchecked(y), Unchecked(distances), Unchecked(indices))
            Workers.forEach((count + side - 1) / side) { piece in
              let rows = piece * side..<min((piece + 1) * side, count)
              withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * side) { tile in
                guard let d = tile.baseAddress else { return }
                for first in stride(from: 0, to: names.count, by: side) {
                  let columns = min(side, names.count - first)
                  gk_distance_nt(a.value + rows.lowerBound * size, b.value + first * size, d, rows.count, columns, size)
                  for (place, row) in rows.enumerated() {
                    let nearest = gk_first_smallest(d + place * columns, columns)
                    guard nearest < columns else { continue }
                    let (distance, name) = (d[place * columns + nearest], names[first + nearest])
                    if distance < best.value[row] || (distance == best.value[row] && name < index.value[row]) {
                      best.value[row] = distance
                      index.value[row] = name
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Brings all points up to date after some centres moved. A point whose own centre stayed is as far from it as before,
  /// and nearer to it than to the others that stayed: it is compared with the moved ones alone.
  mutating func follow(_ centres: Tensor, moved: [Bool], points: Tensor) {
    let names = moved.indices.filter { moved[$0] }
    let left = indices.indices.filter { moved[indices[$0]] }
    let stayed = indices.indices.filter { !moved[indices[$0]] }
    compare(left, with: centres, named: Array(moved.indices), points, startingAnew: true)
    compare(stayed, with: centres.rows(names), named: names, points, startingAnew: false)
  }

  private mutating func compare(
    _ places: [Int], with centres: Tensor, named names: [Int], _ points: Tensor, startingAnew: Bool
  ) {
    guard !places.isEmpty else { return }
    var part = NearestCentres(count: places.count)
    if !startingAnew { for (i, place) in places.enumerated() { part.set(i, distances[place], indices[place]) } }
    part.offer(centres, named: names, to: points.rows(places))
    for (i, place) in places.enumerated() { set(place, part.distances[i], part.indices[i]) }
  }

  private mutating func set(_ place: Int, _ distance: Float, _ index: Int) {
    distances[place] = distance
    indices[place] = index
  }
}
