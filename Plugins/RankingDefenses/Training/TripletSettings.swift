internal import GauntletKit

/// What triplet trainers can be told besides.
struct TripletSettings: Hashable, Sendable {
  enum Triples: String, CaseIterable, Sendable {
    /// One a pair, by the sampler.
    case sampled
    /// Every triple of the batch with a loss above 0.
    case allActive = "all-active"
  }

  let triples: Triples
  let sampler: TripletSampler
  /// γ; nil for the loss's own.
  let margin: Float?
  /// The band of semi-hard negatives; nil for γ.
  let miningMargin: Float?

  init(_ values: SettingValues) {
    triples = Triples(rawValue: values.text("triplets")) ?? .sampled
    sampler = TripletSampler(rawValue: values.text("sampler")) ?? .random
    margin = values.optionalNumber("margin").map { Float($0) }
    miningMargin = values.optionalNumber("mining-margin").map { Float($0) }
  }

  static func schema(sampler: TripletSampler = .random) -> [Setting] {
    [
      Setting(
        "triplets", .choice(Triples.allCases.map(\.rawValue)), default: Triples.sampled.rawValue,
        help: "sampled: one a pair; all-active: every triple of the batch with a loss above 0, averaged over those"),
      Setting(
        "sampler", .choice(TripletSampler.allCases.map(\.rawValue)), default: sampler.rawValue,
        help: "how the negative of a pair is chosen"),
      Setting(
        "margin", .number(0...1000), default: "",
        help: "of the loss; empty for its own: of triplets 0.2 (geometries N, C) or 1 (E)"),
      Setting(
        "mining-margin", .number(0...1000), default: "",
        help: "how much farther than the positive a semi-hard negative may be; empty for the triplet loss's margin"),
    ]
  }
}
