internal import GauntletKit

/// What each attack says of itself: m is the margin d(x̃, farther) − d(x̃, closer), g its gradient.
extension DecisionAttackKind {
  var card: Card {
    switch self {
    case .apgd:
      Card(
        id: rawValue, version: "1", title: "APGD on a 2AFC decision",
        definition: "projected descent over the reference x̃ with steps that halve by themselves, on the margin "
          + "d(x̃, farther) − d(x̃, closer) or another loss; 2AFC credit in 0…1, higher is better",
        equation:
          "z = Π(x − η·direction(g)), x ← Π(x + a(z − x) + (1 − a)(x − x⁻)), a = 1 in the first step and 0.75 later, η = 2ε at first\n"
          + "η ← η/2 and x ← the best point, where the loss fell in at most 0.75 of the window's steps, or neither η nor the "
          + "best loss changed since the last checkpoint",
        reference: "Croce and Hein, Reliable evaluation of adversarial robustness with an ensemble of diverse "
          + "parameter-free attacks, ICML 2020 (arXiv 2003.01690); l1: ICML 2021 (arXiv 2103.01208)",
        deviations: [
          "Π is the exact projection onto ball and box; the published code shrinks to the ℓ2 ball and then clips. mode=faithful "
            + "does so.",
          "The first window's comparisons include the start, whose slot the published code reads as 0. mode=faithful does so.",
          "It starts inside of the ball, not on its surface, and the gradient of the last point is not taken. mode=faithful "
            + "does both as published.",
        ])
    case .fab:
      Card(
        id: rawValue, version: "1", title: "FAB on a 2AFC decision",
        definition:
          "the nearest reference at which the decision flips, along the linearised boundary; counts where it is "
          + "within eps; 2AFC credit in 0…1, higher is better",
        equation:
          "d₁, d₂: the shortest moves of x and of the clean x₀ onto the boundary linearised at x, within [0, 1]; "
          + "α = min(‖d₁‖/(‖d₁‖ + ‖d₂‖), 0.1)\n"
          + "x ← clip((1 − α)(x + 1.05·d₁) + α(x₀ + 1.05·d₂)); once broken: kept if nearest, x ← x₀ + 0.9(x − x₀)",
        reference:
          "Croce and Hein, Minimally distorted adversarial examples with a fast adaptive boundary attack, ICML "
          + "2020 (arXiv 1907.02044)",
        deviations: [
          "Components of the boundary's normal count as 0 below a share of the largest one; the published code has 1e-8 itself.",
          "It needs no radius: what it finds is projected onto the threat model, and the worse of that and the clean image counts.",
        ])
    case .square:
      Card(
        id: rawValue, version: "1", title: "Square on a 2AFC decision",
        definition:
          "random search with shrinking windows on the margin, without gradients; 2AFC credit in 0…1, higher is "
          + "better",
        equation:
          "ℓ∞: x ← clip(x₀ ± ε) inside of one square window, kept where the margin falls; the window's side is √(p·H·W), "
          + "p = 0.8 halved at queries 10, 50, 200, 500, 1000, 2000, 4000, …\n"
          + "ℓ2, ℓ1: mass moves from one window to another, filled with a smooth pattern up to ε",
        reference: "Andriushchenko et al., Square attack: a query-efficient black-box adversarial attack via random "
          + "search, ECCV 2020 (arXiv 1912.00049)",
        deviations: [
          "Windows and signs are drawn for every image by itself; AutoAttack's copy shares them within a batch.",
          "The last row and column can be inside of a window; the published code leaves them out.",
        ])
    case .momentum:
      Card(
        id: rawValue, version: "1", title: "MI-FGSM on a 2AFC decision",
        definition: "steps along a decaying sum of gradients of the margin; 2AFC credit in 0…1, higher is better",
        equation: "m ← μ·m + g/‖g‖₁, x ← Π(x − α·direction(m)), from the clean image",
        reference: "Dong et al., Boosting adversarial attacks with momentum, CVPR 2018 (arXiv 1710.06081)",
        deviations: [
          "The point of the lowest margin on the way is proposed, a broken one before others; the paper takes the last one."
        ])
    case .cw:
      Card(
        id: rawValue, version: "1", title: "C&W l2 on a 2AFC decision",
        definition:
          "the reference nearest in l2 at which the decision flips, by Adam and a search over the weight of the "
          + "margin; counts where it is within eps; 2AFC credit in 0…1, higher is better",
        equation:
          "x = (tanh w + 1)/2, minimise ‖x − x₀‖₂² + c·max(m, 0) over w by Adam; c from 0.001, tenfold until broken, then by "
          + "halving",
        reference:
          "Carlini and Wagner, Towards evaluating the robustness of neural networks, S&P 2017 (arXiv 1608.04644)",
        deviations: [
          "It needs no radius: what it finds is projected onto the threat model, and the worse of that and the clean image counts.",
          "κ is 0.",
        ])
    case .deepfool:
      Card(
        id: rawValue, version: "1", title: "DeepFool on a 2AFC decision",
        definition:
          "steps to the linearised boundary until the decision flips; counts where it is within eps; 2AFC credit "
          + "in 0…1, higher is better",
        equation:
          "x ← clip(x + (1 + overshoot)·d), d the shortest move of x onto the linearised boundary within [0, 1], until the "
          + "decision flips",
        reference: "Moosavi-Dezfooli et al., DeepFool: a simple and accurate method to fool deep neural networks, CVPR "
          + "2016 (arXiv 1511.04599)",
        deviations: [
          "The overshoot is added to each step; published codes add it to each step or to the whole perturbation.",
          "It needs no radius: what it finds is projected onto the threat model, and the worse of that and the clean image counts.",
        ])
    }
  }
}
