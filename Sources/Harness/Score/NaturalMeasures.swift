internal import GauntletKit
internal import Results

/// What is measured without an attack, and how measures are called in reports.
enum NaturalMeasures {
  static func of(_ task: TaskKind) -> [Measure] {
    switch task {
    case .twoAlternative: TwoAlternativeObjective.measures
    case .retrieval: retrieval
    }
  }

  private static let retrieval = [
    Measure(
      "recall@1", adversaryWants: .lower,
      definition: "100 if the nearest other item of the gallery has the query's class, else 0 (percent)."),
    Measure(
      "recall@2", adversaryWants: .lower,
      definition: "100 if one of the two nearest other items has the query's class, else 0 (percent)."),
    Measure(
      "map", adversaryWants: .lower,
      definition:
        "Average precision over the whole ranking: (1/R)·Σ_j j/p_j over the 1-based places p_j of the query's "
        + "class (percent)."),
    Measure(
      "map@r", adversaryWants: .lower,
      definition: "Average precision over the first R places, R the number of other items of the class (percent)."),
    Measure(
      "map@10", adversaryWants: .lower,
      definition: "(1/10)·Σ over the first ten places of precision at that place where the item is of the class "
        + "(percent); the reference code logs it as MAP@R."),
  ]

  static func title(of measure: String) -> String {
    switch measure {
    case "recall@1": "R@1"
    case "recall@2": "R@2"
    case "map": "mAP"
    case "map@r": "MAP@R"
    case "map@10": "MAP@10"
    case "rank": "rank percentile"
    case "rank-kept": "rank percentile of kept items"
    case "tau": "Kendall's τ"
    case "src": "short-range ranking correlation"
    case "cosine": "cosine similarity"
    case "shift": "embedding shift"
    case "retained@4": "top-1 kept in top-4"
    case "correct": "2AFC"
    case "self-distance": "distance"
    default: measure
    }
  }

  static func unit(of measure: String) -> RunRecord.Unit {
    switch measure {
    case "rank", "rank-kept": .percentile
    case "cosine": .cosine
    case "shift", "margin", "self-distance": .distance
    case "recall@1", "recall@2", "map", "map@r", "map@10", "retained@4", "correct": .percent
    default: .plain
    }
  }
}
