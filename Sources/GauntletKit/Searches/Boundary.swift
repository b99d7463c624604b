internal import Gradients
internal import Tensors

/// The linearised boundary between the label and another class, at each image of a batch.
struct Boundary {
  /// Δ = z_other − z_y.
  var rises: [Double]
  /// w = ∂Δ/∂x: [n, C, H, W].
  var normals: Tensor

  /// - Parameter targets: the other class of each image; nil: the one whose linearised boundary is nearest in the norm,
  ///   |Δᵢ| / (‖wᵢ‖ + 1e-12), the norm dual to the threat model's; of equals the lowest class. Each class takes a pass.
  init(
    of objective: any DecisionObjective, at images: Tensor, samples: [Int], targets: [Int]?, norm: ThreatModel.Norm
  ) throws {
    let labels = samples.map { objective.label(of: $0) }
    if targets != nil || objective.classCount == 2 {
      let others = targets ?? labels.map { 1 - $0 }
      (rises, normals) = try Self.difference(objective, images, samples, labels, others)
      return
    }
    var distances = [Double](repeating: .infinity, count: samples.count)
    rises = [Double](repeating: 0, count: samples.count)
    normals = Tensor(zeros: images.shape)
    // The i-th other class of each image, so that no pass is spent on labels.
    for number in 0..<objective.classCount - 1 {
      let others = labels.map { number < $0 ? number : number + 1 }
      let (found, slopes) = try Self.difference(objective, images, samples, labels, others)
      let sizes = Self.dualNorms(slopes, norm)
      let nearer = samples.indices.filter { abs(found[$0]) / (sizes[$0] + 1e-12) < distances[$0] }
      for row in nearer {
        distances[row] = abs(found[row]) / (sizes[row] + 1e-12)
        rises[row] = found[row]
      }
      normals.setRows(nearer, to: slopes.rows(nearer))
    }
  }

  private static func difference(
    _ objective: any DecisionObjective, _ images: Tensor, _ samples: [Int], _ labels: [Int], _ others: [Int]
  ) throws -> (rises: [Double], normals: Tensor) {
    let leaf = Variable(leaf: images)
    let scores = try objective.scores(at: leaf, samples: samples)
    let rise = scores.elements(atColumns: others) - scores.elements(atColumns: labels)
    return (rise.value.scalars.map(Double.init), try rise.gradient(of: leaf))
  }

  static func dualNorms(_ slopes: Tensor, _ norm: ThreatModel.Norm) -> [Double] {
    let size = slopes.shape.rowCount
    return slopes.withScalars { w in
      (0..<slopes.rows).map { row in
        var sum = 0.0
        for i in row * size..<(row + 1) * size {
          let value = abs(Double(w[i]))
          switch norm {
          case .linf: sum += value
          case .l2: sum += value * value
          case .l1: sum = max(sum, value)
          }
        }
        return norm == .l2 ? sum.squareRoot() : sum
      }
    }
  }
}

extension DecisionObjective {
  /// The classes that are not the label of each row of scores, the likeliest first, of equals the lower first.
  func rivals(_ scores: Tensor, samples: [Int]) -> [[Int]] {
    samples.enumerated().map { row, sample in
      let z = scores.row(row).scalars
      return z.indices.filter { $0 != label(of: sample) }.sorted { (-z[$0], $0) < (-z[$1], $1) }
    }
  }
}
