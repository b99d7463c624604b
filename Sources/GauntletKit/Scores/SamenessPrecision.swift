/// How well small distances find the pairs that people took for the same.
public enum SamenessPrecision {
  /// How the curve of precision over recall is turned into a number.
  public enum Area: Sendable, CaseIterable {
    /// Σ (recall step) · precision at its end: average precision as scikit-learn defines it.
    case steps
    /// The same with each precision replaced by the best one at this or a higher recall: what the published scores of
    /// LPIPS use (PASCAL VOC 2010's rule). Never smaller than `steps`.
    case envelope
  }

  /// The average precision of −distance for pairs with shares of votes "same", in [0, 1]; larger is better.
  ///
  /// A pair of share s counts as s pairs that are the same and 1 − s that are not, all at its distance:
  /// precision(t) = Σ s / n and recall(t) = Σ s / Σ_all s, over the n pairs with a distance of at most t. Pairs at
  /// equal distances come together, so their order does not matter (LPIPS's script takes them one by one, in some
  /// order).
  ///
  /// - Returns: NaN if a distance is not finite, or if there is no vote "same".
  ///
  /// Source: Zhang et al., CVPR 2018, section 3.2 (just-noticeable differences).
  public static func average(distances: [Float], same: [Float], area: Area = .steps) -> Double {
    precondition(distances.count == same.count, "\(distances.count) distances and \(same.count) votes")
    let total = same.reduce(0.0) { $0 + Double($1) }
    guard total > 0, distances.allSatisfy(\.isFinite) else { return .nan }
    let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    var precisions: [Double] = []
    var steps: [Double] = []
    var found = 0.0
    var place = 0
    while place < order.count {
      let distance = distances[order[place]]
      let before = found
      while place < order.count, distances[order[place]] == distance {
        found += Double(same[order[place]])
        place += 1
      }
      precisions.append(found / Double(place))
      steps.append((found - before) / total)
    }
    if area == .envelope {
      for index in precisions.indices.dropLast().reversed() {
        precisions[index] = max(precisions[index], precisions[index + 1])
      }
    }
    return zip(precisions, steps).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The mean of the groups' average precisions: "JND mAP" of BAPPS, whose groups are its subsets.
  ///
  /// - Parameter groups: the group of each pair, in the order of the distances.
  /// - Returns: NaN if any group's is, or if there is no pair.
  public static func mean(distances: [Float], same: [Float], groups: [String], area: Area = .steps) -> Double {
    precondition(distances.count == groups.count, "\(distances.count) distances and \(groups.count) groups")
    let places = Dictionary(grouping: groups.indices) { groups[$0] }
    let scores = places.keys.sorted().map { key in
      let places = places[key] ?? []
      return average(distances: places.map { distances[$0] }, same: places.map { same[$0] }, area: area)
    }
    return scores.isEmpty ? .nan : scores.reduce(0, +) / Double(scores.count)
  }
}
