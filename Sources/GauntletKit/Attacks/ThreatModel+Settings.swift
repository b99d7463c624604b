extension ThreatModel {
  /// The threat model that the settings `norm` and `eps` of an attack describe.
  public init(_ settings: SettingValues) {
    self.init(
      norm: Norm(rawValue: settings.text("norm")) ?? .linf, epsilon: settings.number("eps"),
      epsilonText: settings.written("eps"))
  }
}
