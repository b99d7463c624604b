/// The ten components of the Empirical Robustness Score.
public enum ERSComponent: String, Hashable, Sendable, Codable, CaseIterable {
  case caPlus = "ca+"
  case caMinus = "ca-"
  case qaPlus = "qa+"
  case qaMinus = "qa-"
  case tma
  case esShift = "es:d"
  case esRecall = "es:r"
  case ltm
  case gtm
  case gtt
}
