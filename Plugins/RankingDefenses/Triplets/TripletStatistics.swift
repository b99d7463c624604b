package import GauntletKit
internal import Gradients
package import Tensors

/// How a batch's clean triplets lie (retrieval specification, section 11).
package struct TripletStatistics: Hashable, Sendable {
  /// d̄ = (mean d(a,p) + mean d(a,n)) / 2; falls to 0 when a training collapses.
  package let meanDistance: Double
  /// H = mean d(a,p) − mean d(a,n); negative where negatives are farther than positives.
  package let hardness: Double
  /// −H / d̄; 0 where d̄ is.
  package let separability: Double

  /// - Parameters: placed embeddings of triplets that stand at the same place, [m, D].
  package init(anchors: Tensor, positives: Tensor, negatives: Tensor, geometry: Geometry) {
    let near = Self.meanDistance(anchors, positives, geometry)
    let far = Self.meanDistance(anchors, negatives, geometry)
    meanDistance = (near + far) / 2
    hardness = near - far
    separability = meanDistance > 0 ? (far - near) / meanDistance : 0
  }

  /// The mean distance of rows at the same place.
  package static func meanDistance(_ a: Tensor, _ b: Tensor, _ geometry: Geometry) -> Double {
    let distances = geometry.distances(Variable(constant: a), Variable(constant: b)).value
    return distances.scalars.reduce(0) { $0 + Double($1) } / Double(max(distances.count, 1))
  }

  /// Series of the training log.
  package var series: [(name: String, value: Double)] {
    [("mean-distance", meanDistance), ("hardness", hardness), ("separability", separability)]
  }
}
