internal import Foundation
public import Tensors

// Each bound is the objective's own measure at what cannot be excluded; it never exceeds what holds without an attack.

extension RetrievalTask {
  /// The ℓ2 radius of every query within which an item of its class is certain to stay in first place; 0 where none is.
  public func recallRadii(claim: LipschitzClaim) throws -> [Double] {
    try bounds(at: images, claim: claim) { place, query, certificate in
      Outcome([certificate.recallRadius(query, own: ids[place])])
    }.map { $0.values[0] }
  }

  /// Bounds of every sample, in parallel: `body` gets its place in `samples` and its embedding before normalisation.
  fileprivate func bounds(
    at images: Tensor, claim: LipschitzClaim,
    _ body: @Sendable (_ place: Int, EmbeddingBall, RankingCertificate) -> Outcome
  ) throws -> [Outcome] {
    let embeddings = try metric.embed(.init(constant: images)).value
    let certificate = RankingCertificate(task: self, claim: claim)
    var results = [Outcome](repeating: Outcome([]), count: images.rows)
    results.withUnsafeMutableBufferPointer { target in
      let target = Unchecked(target)
      Workers.forEach(images.rows) { place in
        target.value[place] = body(place, EmbeddingBall(embeddings.row(place).scalars, claim: claim), certificate)
      }
    }
    return results
  }

  /// recall@1, 0 or 100, of every sample.
  fileprivate func certifiedRecall(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Double] {
    try bounds(at: images, claim: claim) { place, query, certificate in
      Outcome([certificate.recallRadius(query, own: ids[samples[place]]) > radius ? 100 : 0])
    }.map { $0.values[0] }
  }
}

/// The worse of two outcomes, measure by measure: rounding must not make a bound better than what is there.
private func worst(_ measures: [Measure], _ a: Outcome, _ b: Outcome) -> Outcome {
  Outcome(
    measures.enumerated().map { place, measure in
      measure.isWorse(a.values[place], than: b.values[place]) ? a.values[place] : b.values[place]
    })
}

extension CertifiableObjective {
  fileprivate func noBetter(_ bounds: [Outcome], than images: Tensor, _ samples: [Int]) throws -> [Outcome] {
    zip(bounds, try outcomes(at: images, samples: samples)).map { worst(measures, $0, $1) }
  }
}

extension QueryRankObjective: CertifiableObjective {
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    let bounds = try task.bounds(at: images, claim: claim) { place, query, certificate in
      let chosen = candidates[samples[place]]
      let total = chosen.reduce(0) { sum, candidate in
        let range = certificate.itemsAhead(of: candidate, query, radius: radius)
        return sum + (direction == .up ? range.lowerBound : range.upperBound)
      }
      return Outcome([100 * Double(total) / Double(task.gallery.count * chosen.count)])
    }
    return try noBetter(bounds, than: images, samples)
  }
}

extension CandidateRankObjective: CertifiableObjective {
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    let columns = task.gallery.count
    let bounds = try task.bounds(at: images, claim: claim) { place, candidate, certificate in
      let chosen = queries[samples[place]]
      let first = samples[place] * chosen.count
      let total = distances.withScalars { d in
        chosen.enumerated().reduce(0) { sum, entry in
          let query = task.gallery.embeddings.row(entry.element).scalars.map { Double($0) }
          let range = certificate.distances(of: candidate, from: query, radius: radius)
          let row = (first + entry.offset) * columns..<(first + entry.offset + 1) * columns
          // The stored distances are rounded themselves.
          let limit = direction == .up ? range.lowerBound - 1e-6 : range.upperBound + 1e-6
          return sum + d[row].count { Double($0) < limit }
        }
      }
      return Outcome([100 * Double(total) / Double(chosen.count * columns)])
    }
    return try noBetter(bounds, than: images, samples)
  }
}

extension TargetMismatchObjective: CertifiableObjective {
  /// cos(max(0, θ − φ(r))).
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    let bounds = try task.bounds(at: images, claim: claim) { place, query, _ in
      let target = fixed.row(samples[place]).scalars.map { Double($0) }
      let angle = EmbeddingBall.angle(query.center, target) - query.rotation(radius) - 8 * claim.relativeError
      return Outcome([cos(max(0, angle)) + 1e-6])
    }
    return try noBetter(bounds, than: images, samples)
  }
}

extension EmbeddingShiftObjective: CertifiableObjective {
  /// Shift: at most 2·sin(½·min(π, φ(r))), 1 − cos φ(r) or L·r, by the geometry.
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    let recall = try task.certifiedRecall(at: images, samples: samples, radius: radius, claim: claim)
    let geometry = task.gallery.geometry
    let bounds = try task.bounds(at: images, claim: claim) { place, query, _ in
      let turn = min(.pi, query.rotation(radius) + 4 * claim.relativeError)
      let shift =
        switch geometry {
        case .sphere: 2 * sin(turn / 2)
        case .cosine: 1 - cos(turn)
        case .euclidean: query.reach(radius) + query.slack
        }
      return Outcome([shift + 1e-6, recall[place]])
    }
    return try noBetter(bounds, than: images, samples)
  }
}

extension MisrankObjective: CertifiableObjective {
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    try noBetter(
      try task.certifiedRecall(at: images, samples: samples, radius: radius, claim: claim).map { Outcome([$0]) },
      than: images, samples)
  }
}

extension GreedyMisrankObjective: CertifiableObjective {
  /// The same as of LTM: both measure whether the first answer is right.
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    try MisrankObjective(task: task).certifiedOutcomes(at: images, samples: samples, radius: radius, claim: claim)
  }
}

extension GreedyTranslocationObjective: CertifiableObjective {
  /// The first answer c is kept where at most three others can get ahead of it: where the fourth smallest s(c, x) > r.
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    let bounds = try task.bounds(at: images, claim: claim) { place, query, certificate in
      let sample = samples[place]
      let behind = certificate.staysAhead(chosen[sample], of: query)
      let rivals = behind.indices.count { $0 != entries[sample] && $0 != chosen[sample] && !(behind[$0] > radius) }
      return Outcome([rivals < 4 ? 100 : 0])
    }
    return try noBetter(bounds, than: images, samples)
  }
}
