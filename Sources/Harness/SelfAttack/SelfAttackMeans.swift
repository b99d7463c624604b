internal import GauntletKit

/// How the answers that held against a subject's own gradients are attacked once more.
enum SelfAttackMeans: String, CaseIterable {
  case restarts
  case meanGradient = "eot"
  case borrowedGradient = "straight-through"
  case transfer
  case noGradient = "square"

  /// What answers fall to.
  var title: String {
    switch self {
    case .restarts: "other random starts"
    case .meanGradient: "the mean gradient over small noise (EoT)"
    case .borrowedGradient: "the gradient of what is inside (straight-through, BPDA)"
    case .transfer: "a transfer from the undefended network"
    case .noGradient: "square, which uses no gradient"
    }
  }

  /// What it means where that wins, and what to do.
  var advice: String {
    switch self {
    case .restarts:
      "the gradient leads to dead ends that another start avoids; attack with restarts, and look for a loss that saturates"
    case .meanGradient:
      "an answer depends on noise that follows from the image, and single gradients are gradients of noise; average over "
        + "draws in the metric, or fix them"
    case .borrowedGradient:
      "the wrapper hides the gradient of what it wraps; give the metric that gradient, as if the wrapper were the identity"
    case .transfer:
      "images that fool a network without the defense fool this one, which its own gradients do not find: they are masked"
    case .noGradient:
      "its gradients point nowhere useful: they are masked; give the part without a useful gradient a straight-through one"
    }
  }
}

/// How many answers fell to one means at one radius.
struct SelfAttackTally {
  let radius: String
  let held: Int
  let fallen: Int

  /// So many answers must have held for a share of them to mean something.
  static let fewest = 6
  /// The share of the answers that held against gradients which may fall to something else: searches are imperfect.
  static let allowed = 0.25

  var share: Double { Double(fallen) / Double(max(held, 1)) }
  var isTelling: Bool { held >= Self.fewest }
  var isRefused: Bool { isTelling && share > Self.allowed }
}
