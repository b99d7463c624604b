internal import GauntletKit
internal import Ledger
internal import Statistics
internal import Tensors

/// Asks the questions of a cell without an attack.
enum NaturalRun {
  /// The measures of every query.
  static func retrieval(_ gallery: Gallery, queries: [Int]) -> [LedgerRow] {
    let scores = RankingScores(gallery: gallery, queries: queries)
    return queries.indices.map { i in
      LedgerRow(
        sample: queries[i],
        measures: [
          LedgerMeasure("recall@1", before: 100 * scores.recallAt1[i], after: nil),
          LedgerMeasure("recall@2", before: 100 * scores.recallAt2[i], after: nil),
          LedgerMeasure("map", before: 100 * scores.averagePrecision[i], after: nil),
          LedgerMeasure("map@r", before: 100 * scores.averagePrecisionAtR[i], after: nil),
          LedgerMeasure("map@10", before: 100 * scores.averagePrecisionAt10[i], after: nil),
        ], forwards: 1, backwards: 0, stage: "clean")
    }
  }

  /// Numbers of the whole split: NMI with its interval, and what tells a collapse.
  static func split(_ gallery: Gallery, recallAt1: [Double], seed: UInt64) -> [(name: String, value: Double)] {
    let classes = Set(gallery.labels).count
    let clusters = kMeans(gallery.embeddings, clusters: classes, iterations: 25, seed: seed)
    let nmi = Bootstrap(seed: seed, purpose: ["nmi"], replicates: 200, kind: .percentile).statistic(
      count: gallery.count
    ) { images in
      100 * normalizedMutualInformation(images.map { gallery.labels[$0] }, images.map { clusters[$0] })
    }
    let collapse = CollapseIndicator(gallery: gallery, recallAt1: recallAt1, seed: seed)
    return [
      ("nmi", nmi.value), ("nmi-low", nmi.interval.low), ("nmi-high", nmi.interval.high),
      ("mean-distance", collapse.meanDistance), ("mean-cosine", collapse.meanCosine),
      ("chance-limit", collapse.chanceLimit),
    ]
  }

  static func twoAlternative(_ task: TwoAlternativeTask) throws -> [LedgerRow] {
    let objective = TwoAlternativeObjective(task: task)
    let outcomes = try objective.outcomes(at: task.triplets.references, samples: Array(task.ids.indices))
    return task.ids.indices.map { i in
      LedgerRow(
        sample: task.ids[i],
        measures: objective.measures.enumerated().map { place, measure in
          LedgerMeasure(measure.name, before: outcomes[i].values[place], after: nil)
        }, forwards: 1, backwards: 0, stage: "clean")
    }
  }
}
