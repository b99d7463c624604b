public import Tensors

/// DeepFool: steps to the nearest linearised boundary until the decision flips (Moosavi-Dezfooli et al., "DeepFool: a simple
/// and accurate method to fool deep neural networks", CVPR 2016).
///
/// x ← clip(x + (1 + 0.02)·d), d the shortest move of x onto the boundary linearised there, within [0, 1]ⁿ, in the threat
/// model's norm; a sample ends when it is broken. It needs no ε: the result is projected onto the threat model, and the
/// worse of that and the clean image is for the harness to see. (Published code adds the overshoot to the whole
/// perturbation or to each step; here to each step.)
public struct DeepFool: Search {
  public let steps: Int
  public let overshoot: Double

  public init(steps: Int = 50, overshoot: Double = 0.02) {
    precondition(
      steps >= 0 && overshoot >= 0, "at least 0 steps and an overshoot of 0 expected, got \(steps) and \(overshoot)")
    self.steps = steps
    self.overshoot = overshoot
  }

  /// Passes that one sample takes at the most.
  public func expectedCost(classCount: Int) -> Cost {
    Cost(forwards: 1 + steps * classCount, backwards: steps * (classCount - 1))
  }

  /// - Throws: `PluginError.unusable` where the objective does not decide.
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    let decision = try objective.deciding(for: "deepfool")
    guard threat.epsilon > 0 else { return images }
    return threat.projected(
      try nearest(decision, from: images, samples: samples, norm: threat.norm), around: images)
  }

  /// Where each image ends, wherever that is.
  public func nearest(
    _ objective: any DecisionObjective, from images: Tensor, samples: [Int], norm: ThreatModel.Norm
  ) throws -> Tensor {
    var result = images
    var x = images
    var rows = Array(samples.indices)
    for step in 0...steps {
      let places = rows.map { samples[$0] }
      let broken = try objective.isBroken(at: x, samples: places)
      result.setRows(rows, to: x)
      let going = rows.indices.filter { !broken[$0] }
      guard step < steps, !going.isEmpty else { break }
      (rows, x) = (going.map { rows[$0] }, x.rows(going))
      let boundary = try Boundary(
        of: objective, at: x, samples: rows.map { samples[$0] }, targets: nil, norm: norm)
      x = moved(x, boundary, norm)
    }
    return result
  }

  private func moved(_ x: Tensor, _ boundary: Boundary, _ norm: ThreatModel.Norm) -> Tensor {
    let size = x.shape.rowCount
    let projection = HyperplaneProjection(norm)
    return Tensor(unsafeUninitialized: x.shape) { target in
      x.withScalars { x in
        boundary.normals.withScalars { w in
          let (out, x, w) = (Unchecked(target), Unchecked(x), Unchecked(w))
          Workers.forEach(boundary.rises.count) { row in
            let range = row * size..<(row + 1) * size
            let image = UnsafeBufferPointer(rebasing: x.value[range])
            let move = projection.move(
              from: image, normal: UnsafeBufferPointer(rebasing: w.value[range]), rise: -boundary.rises[row])
            for i in 0..<size {
              let pixel = Double(image[i]) + (1 + overshoot) * move[i]
              out.value[row * size + i] = Float(min(max(pixel, 0), 1))
            }
          }
        }
      }
    }
  }
}
