package import GauntletKit
internal import Gradients
package import Tensors
package import Training

/// How triplets of a batch lie (retrieval specification, section 11).
package struct TripletStatistics: Hashable, Sendable {
  /// d(aᵢ, pᵢ) and d(aᵢ, nᵢ).
  package let toPositives: [Double]
  package let toNegatives: [Double]

  /// - Parameters: placed embeddings of triplets that stand at the same place, [m, D].
  package init(anchors: Tensor, positives: Tensor, negatives: Tensor, geometry: Geometry) {
    toPositives = Self.distances(anchors, positives, geometry)
    toNegatives = Self.distances(anchors, negatives, geometry)
  }

  package init(_ views: TripletViews<Tensor>, geometry: Geometry) {
    self.init(anchors: views.anchors, positives: views.positives, negatives: views.negatives, geometry: geometry)
  }

  /// d̄ = (mean d(a,p) + mean d(a,n)) / 2; falls to 0 when a training collapses.
  package var meanDistance: Double { (mean(toPositives) + mean(toNegatives)) / 2 }

  /// H = mean d(a,p) − mean d(a,n); negative where negatives are farther than positives.
  package var hardness: Double { mean(toPositives) - mean(toNegatives) }

  /// −H / d̄; 0 where d̄ is.
  package var separability: Double { meanDistance > 0 ? -hardness / meanDistance : 0 }

  package func collapseness(_ collapseness: Collapseness) -> Double {
    collapseness.value(toPositives: toPositives, toNegatives: toNegatives)
  }

  /// The mean distance of rows at the same place.
  package static func meanDistance(_ a: Tensor, _ b: Tensor, _ geometry: Geometry) -> Double {
    mean(distances(a, b, geometry))
  }

  /// Series of the training log; C with attention λ of 10, both ways.
  package var series: [TrainingSeries] {
    [
      TrainingSeries("mean-distance", meanDistance), TrainingSeries("hardness", hardness),
      TrainingSeries("separability", separability),
      TrainingSeries("collapseness-near", collapseness(Collapseness(.near, attention: 10))),
      TrainingSeries("collapseness-far", collapseness(Collapseness(.far, attention: 10))),
    ]
  }

  private static func distances(_ a: Tensor, _ b: Tensor, _ geometry: Geometry) -> [Double] {
    geometry.distances(Variable(constant: a), Variable(constant: b)).value.scalars.map { Double($0) }
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
