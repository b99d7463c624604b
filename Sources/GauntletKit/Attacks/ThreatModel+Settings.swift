extension ThreatModel {
  /// The threat model that the settings `norm` and `eps` of an attack describe, and `moved` if it has that.
  public init(_ settings: SettingValues) {
    self.init(
      norm: Norm(rawValue: settings.text("norm")) ?? .linf, epsilon: settings.number("eps"),
      epsilonText: settings.written("eps"),
      moved: MovedImages(rawValue: settings.written("moved")) ?? .reference)
  }
}
