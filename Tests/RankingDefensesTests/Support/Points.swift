import Foundation
import GauntletKit
import RankingDefenses
import Tensors

/// Points on the unit sphere, for losses.
struct Points {
  var count = 6
  var size = 5
  var seed: UInt64 = 2

  func tensor(_ name: String) -> Tensor {
    var stream = RandomStream(seed: seed, ["points", name])
    return Tensor(normal: [count, size], using: &stream).normalizedRows()
  }

  func views() -> TripletViews<Tensor> { TripletViews { tensor($0.rawValue) } }
}

/// Rows in double precision.
func rows(_ tensor: Tensor) -> [[Double]] { (0..<tensor.rows).map { tensor.row($0).scalars.map(Double.init) } }

func distance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
}

/// The largest difference of a gradient from central differences of its loss in double precision, relative to the
/// largest slope.
func gradientError(_ gradient: Tensor, at point: Tensor, of loss: ([[Double]]) -> Double) -> Double {
  let (h, size) = (1e-6, point.shape[1])
  var (worst, largest) = (0.0, 1e-9)
  for i in 0..<point.count {
    var (up, down) = (rows(point), rows(point))
    up[i / size][i % size] += h
    down[i / size][i % size] -= h
    let slope = (loss(up) - loss(down)) / (2 * h)
    worst = max(worst, abs(slope - Double(gradient[i])))
    largest = max(largest, abs(slope))
  }
  return worst / largest
}
