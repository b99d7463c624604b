internal import GauntletKit

/// What each attack says of itself.
extension RankingAttackKind {
  var card: Card {
    let (title, definition, reference) = description
    return Card(
      id: rawValue, version: "1", title: title, definition: definition, equation: equation, reference: reference,
      deviations: deviations)
  }

  /// e is the embedding of the perturbed image, x runs over the gallery.
  private var equation: String {
    switch self {
    case .caPlus: "loss = mean over w queries q and all x of max(0, d(q, e) − d(q, x))"
    case .caMinus: "loss = mean over w queries q and all x of max(0, d(q, x) − d(q, e))"
    case .qaPlus: "loss = mean over m candidates c and all x of max(0, d(e, c) − d(e, x))"
    case .qaMinus: "loss = mean over m candidates c and all x of max(0, d(e, x) − d(e, c))"
    case .tma: "loss = 1 − cos(e, t)"
    case .es: "loss = −d(e, φ(x₀))"
    case .ltm: "loss = max(0, max over non-matching x of d(e, x) − min over matching x of d(e, x))"
    case .gtm: "loss = d(e, u)"
    case .gtt: "loss = mean over x of max(0, d(e, x) − d(e, c))"
    case .spQAPlus, .spQAMinus: "loss = L(candidates) + ξ·L⁺(SP set), L as in qa-plus or qa-minus, L⁺ as in qa-plus"
    case .order: "loss = (1/k²)·Σ_{i<j} max(0, d(e, cᵢ) − d(e, cⱼ)) + ξ·L⁺(SP set)"
    }
  }

  /// In the default mode, `corrected`; `faithful` repeats what the published code does.
  private var deviations: [String] {
    let targets =
      "Random targets are drawn without the attacked image's own entry; the published code may draw it. "
      + "mode=faithful draws as it does."
    let worst =
      "Of the search's proposal and the clean image the worse one for the defender counts; the published code takes "
      + "its last image. mode=faithful takes the last one."
    switch self {
    case .caPlus, .qaPlus: return [worst, targets]
    case .caMinus, .qaMinus: return [worst]
    case .tma: return [worst, targets, "The global descriptor's term alone; no term of activations or histograms."]
    case .es:
      return [
        worst,
        "The shift is measured on the proposed image; the published code measures it one update early. mode=faithful "
          + "does so.",
        "At the clean image the distance has no gradient: the first step goes along (1, …, 1)/√D, which is where the "
          + "published code's offset of 1e-7 leads.",
      ]
    case .ltm:
      return [
        worst,
        "The query's own entry is no matching item; the published code keeps it, so that its first step has no "
          + "gradient of the matching side. mode=faithful keeps it.",
        "A hinge of each query's own; Wang et al. train a generator with it.",
      ]
    case .gtm:
      return [
        worst,
        "u is the nearest item of another label than the query's. The published code takes the label of the first "
          + "answer, and uses u's place among the non-matching items as its place in the gallery, so it often attacks "
          + "another item. Published GTM is higher for that. mode=faithful repeats it.",
      ]
    case .gtt: return [worst]
    case .spQAPlus, .spQAMinus:
      return [worst, "Each query has a weight ξ of its own; the published code has one for a batch."]
    case .order: return []
    }
  }

  private var description: (title: String, definition: String, reference: String) {
    let ranking = "Zhou et al., Adversarial ranking attack and defense, ECCV 2020 (arXiv 2002.11293)"
    let greedy = "Zhou et al., Adversarial attack and defense in deep ranking, 2021 (arXiv 2106.03614)"
    return switch self {
    case .caPlus:
      (
        "Candidate attack, raising (CA+)",
        "minimises mean [d(q, c̃) − d(q, x)]₊ for random queries q; rank percentile of c̃ in 0…100, higher is better",
        ranking
      )
    case .caMinus:
      (
        "Candidate attack, lowering (CA−)",
        "minimises mean [d(q, x) − d(q, c̃)]₊ for queries q of the nearest 1%; rank percentile, lower is better", ranking
      )
    case .qaPlus:
      (
        "Query attack, raising (QA+)",
        "minimises mean [d(q̃, c) − d(q̃, x)]₊ for random candidates c; rank percentile of c in 0…100, higher is better",
        ranking
      )
    case .qaMinus:
      (
        "Query attack, lowering (QA−)",
        "minimises mean [d(q̃, x) − d(q̃, c)]₊ for candidates c of the nearest 1%; rank percentile, lower is better",
        ranking
      )
    case .tma:
      (
        "Targeted mismatch attack (TMA)",
        "minimises 1 − cos(q̃, t) for a random target t; cosine in −1…1, lower is better",
        "Tolias et al., Targeted mismatch adversarial attack, ICCV 2019 (arXiv 1908.09163)"
      )
    case .es:
      (
        "Embedding shift (ES:D and ES:R)",
        "maximises d(x̃, x); the distance in 0…2, lower is better, and recall@1 in percent, higher is better", ranking
      )
    case .ltm:
      (
        "Learning to misrank (LTM)",
        "minimises [max d(q̃, non-matching) − min d(q̃, matching)]₊; recall@1 in percent, higher is better",
        "Wang et al., Transferable, controllable, and inconspicuous adversarial attacks on person re-identification "
          + "with deep mis-ranking, CVPR 2020 (arXiv 2004.04199)"
      )
    case .gtm:
      (
        "Greedy top-1 misranking (GTM)",
        "minimises d(q̃, u), u the nearest non-matching item; recall@1 in percent, higher is better", greedy
      )
    case .spQAPlus, .spQAMinus:
      (
        self == .spQAPlus
          ? "Semantics-preserving query attack, raising (SP-QA+)"
          : "Semantics-preserving query attack, lowering (SP-QA−)",
        "the query attack's loss + ξ · that of raising five items that are to stay in front; rank percentiles of both",
        ranking
      )
    case .order:
      (
        "Order attack",
        "minimises mean over pairs of [d(q̃, c_i) − d(q̃, c_j)]₊ for a wanted order of k near candidates; Kendall's τ",
        "Zhou et al., Practical relative order attack in deep ranking, ICCV 2021 (arXiv 2103.05248)"
      )
    case .gtt:
      (
        "Greedy top-1 translocation (GTT)",
        "minimises mean [d(q̃, x) − d(q̃, c)]₊, c the first answer; share of c still in the first four, in percent, "
          + "higher is better", greedy
      )
    }
  }
}
