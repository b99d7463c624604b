internal import Tensors

/// Draws the seeds of k-means++ and keeps each point's nearest one.
///
/// The squared distances that decide may lag behind by some seeds: a point that is drawn by them is taken with the
/// probability (its square now) / (its square then), which is the same distribution, since squares only shrink. So many
/// seeds share one pass over the points; up to 63 seeds, none lags.
struct KMeansSeeding {
  private let points: Tensor
  private var random: RandomStream
  private var chosen: [Int] = []
  /// How many of the chosen ones `nearest` and `sums` know.
  private var known = 0
  private(set) var nearest: NearestCentres
  /// Sums of the squares of the points up to each one, those that are not finite left out.
  private var sums: [Double] = []

  /// After so many refusals in a row the squares are brought up to date.
  private static let patience = 16

  init(_ points: Tensor, seed: UInt64) {
    self.points = points
    random = RandomStream(seed: seed, ["k-means++"])
    nearest = NearestCentres(count: points.rows)
  }

  /// Indices of `count` points, which may repeat only where all points are on seeds.
  mutating func draw(_ count: Int) -> [Int] {
    chosen = [random.integer(below: points.rows)]
    while chosen.count < count {
      if chosen.count - known >= max(1, chosen.count / 32) { update() }
      var refusals = 0
      while true {
        guard let total = sums.last, total > 0 else {
          // All points are on seeds: any will do.
          chosen.append(random.integer(below: points.rows))
          break
        }
        let pick = place(of: random.uniformDouble() * total)
        if isTaken(pick) {
          chosen.append(pick)
          break
        }
        refusals += 1
        if refusals == Self.patience { update() }
      }
    }
    update()
    return chosen
  }

  private mutating func update() {
    let fresh = Array(known..<chosen.count)
    nearest.offer(points.rows(fresh.map { chosen[$0] }), named: fresh, to: points)
    known = chosen.count
    var sum = 0.0
    sums = nearest.distances.map { distance in
      let square = Double(distance) * Double(distance)
      if square.isFinite { sum += square }
      return sum
    }
  }

  /// The first point up to which the squares sum to more than `value`; the last that counts, where rounding leaves none.
  private func place(of value: Double) -> Int {
    func first(_ isBeyond: (Double) -> Bool) -> Int {
      var (low, high) = (0, sums.count)
      while low < high {
        let middle = (low + high) / 2
        if isBeyond(sums[middle]) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let place = first { $0 > value }
    return place < sums.count ? place : first { $0 >= sums[sums.count - 1] }
  }

  private mutating func isTaken(_ pick: Int) -> Bool {
    guard known < chosen.count else { return true }
    var now = NearestCentres(count: 1)
    let fresh = Array(known..<chosen.count)
    now.offer(points.rows(fresh.map { chosen[$0] }), named: fresh, to: points.rows(pick..<pick + 1))
    let (distance, then) = (Double(now.distances[0]), Double(nearest.distances[pick]))
    return distance >= then || random.uniformDouble() * then * then < distance * distance
  }
}
