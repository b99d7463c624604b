internal import GauntletKit
internal import Ledger
internal import Tensors

/// Asks the questions of a cell without an attack.
enum NaturalRun {
  /// The measures of every query, and NMI for the whole split.
  static func retrieval(
    _ gallery: Gallery, queries: [Int], seed: UInt64
  ) -> (rows: [LedgerRow], nmi: Double) {
    let scores = RankingScores(gallery: gallery, queries: queries)
    let rows = queries.indices.map { i in
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
    return (rows, 100 * normalizedMutualInformation(of: gallery, seed: seed))
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
