import Results

extension Fixture {
  private static func interval(_ value: Double, _ half: Double, _ method: String) -> RunRecord.Interval {
    .init(low: max(0, value - half * 1.05), high: min(100, value + half * 0.95), level: 0.95, method: method)
  }

  static var scores: [RunRecord.Score] {
    var scores: [RunRecord.Score] = []
    let natural = ["l2": 71.2, "ssim": 78.5, "none": 84.1, "act": 80.3, "act-16": 55.5]
    let attacked: [String: [Double]] = [
      "l2": [58.1, 41.3, 19.0, 4.1], "ssim": [49.0, 27.2, 8.3, 0.6], "none": [30.1, 9.2, 0.8, 0.0],
      "act": [74.0, 66.9, 52.1, 31.4], "act-16": [53.0, 51.1, 47.2, 40.7],
    ]
    for subject in subjects {
      scores.append(
        .init(
          subject: subject.id, dataset: "triplets", name: ScoreName.twoAlternativeNatural, title: "2AFC natural",
          value: natural[subject.id] ?? 0, interval: interval(natural[subject.id] ?? 0, 3.6, "wilson"), n: 512,
          definition: "Share of triplets whose closer image is named, as the votes have it; ties count half."))
      for (index, epsilon) in epsilons.enumerated() {
        let value = attacked[subject.id]?[index] ?? 0
        scores.append(
          .init(
            subject: subject.id, dataset: "triplets", attack: "pgd-\(epsilon.1)",
            threat: .init(norm: "linf", epsilon: epsilon.0, text: epsilon.1),
            name: ScoreName.twoAlternativeEmpirical, title: "2AFC under attack", value: value,
            interval: interval(value, 3.4, "wilson"), n: 512,
            definition: "Share of triplets that are still judged rightly after the best attack found."))
      }
    }
    for (subject, values) in retrieval { scores += retrievalScores(subject, values) }
    return scores
  }

  private static let retrieval: [(String, [Double])] = [
    ("none", [83.1, 89.4, 44.0, 0.4, 2.1, 0.9, 3.8, 1.2, 6.4, 0.0, 0.0, 2.9, 0.0]),
    ("act", [61.4, 72.0, 31.2, 44.1, 70.3, 52.8, 77.7, 61.0, 82.5, 31.4, 35.0, 40.2, 12.1]),
    ("act-16", [4.2, 8.1, 4.3, 66.0, 49.2, 84.0, 50.1, 0.3, 99.8, 3.9, 4.0, 4.1, 20.0]),
  ]

  private static func retrievalScores(_ subject: String, _ values: [Double]) -> [RunRecord.Score] {
    var scores: [RunRecord.Score] = []
    func add(_ name: String, _ title: String, _ value: Double, _ definition: String, threat: Int? = nil) {
      scores.append(
        .init(
          subject: subject, dataset: "shapes",
          threat: threat.map { .init(norm: "linf", epsilon: epsilons[$0].0, text: epsilons[$0].1) }, name: name,
          title: title, value: value, interval: interval(value, 2.9, "bootstrap-bca"), n: 720, definition: definition))
    }
    add(ScoreName.recall(at: 1), "R@1", values[0], "Share of queries whose nearest other item is of their class.")
    add(ScoreName.recall(at: 2), "R@2", values[1], "Share of queries with an item of their class among the nearest 2.")
    add(ScoreName.meanAveragePrecision, "mAP", values[2], "Mean over queries of the average precision at full length.")
    add(ScoreName.mapAtR, "MAP@R", values[2] * 0.8, "Average precision cut at R, the number of items of the class.")
    add(ScoreName.mapAt10, "MAP@10", values[2] * 0.9, "Precision at the ranks of relevant items within 10, over 10.")
    add(ScoreName.nmi, "NMI", 30 + values[2] * 0.6, "Normalised mutual information of k-means clusters and classes.")
    let components = Array(values[3...])
    let ers = components.reduce(0, +) / 10
    for (index, share) in [1.9, 1.6, 1.3, 1.0].enumerated() {
      add(ScoreName.ers, "ERS", min(97, ers * share), "Mean of the ten components.", threat: index)
    }
    for (attack, (title, value)) in zip(ScoreName.ersAttacks, zip(ersTitles, components)) {
      add(ScoreName.ersComponent(attack), "ERS \(title)", value, "Component of ERS: \(title).", threat: 3)
    }
    let resisted = components[0..<4] + components[6..<10]
    add(ScoreName.ars, "ARS", resisted.reduce(0, +) / 8, "Mean of 100·(1 − achieved/wanted) over 8 attacks.", threat: 3)
    for (attack, value) in zip(ScoreName.arsAttacks, resisted) {
      add(ScoreName.arsComponent(attack), "ARS \(attack)", value, "100·(1 − achieved/wanted) of \(attack).", threat: 3)
    }
    return scores
  }
}
