package import GauntletKit

/// What every adversarial training can be told about its inner search.
package struct AdversarySettings: Hashable, Sendable {
  package let search: InnerSearch
  /// The share of the training over which ε and α grow linearly from 0.
  package let warmup: Double

  package init(_ values: SettingValues) {
    search = InnerSearch(
      epsilon: values.number("eps"), stepSize: values.number("alpha"), steps: values.integer("adversary-steps"))
    warmup = values.number("warmup-eps")
  }

  /// The search at a moment of the training; `progress` is the share of all steps that is done.
  package func search(at progress: Double) -> InnerSearch {
    search.scaled(by: warmup > 0 ? min(1, progress / warmup) : 1)
  }

  /// - Parameter steps: η of the papers.
  package static func schema(steps: String) -> [Setting] {
    [
      Setting("eps", .number(0...1), default: "8/255", help: "radius ε of the training adversary (ℓ∞)"),
      Setting("alpha", .number(0...1), default: "1/255", help: "its step α"),
      Setting(
        "adversary-steps", .integer(1...10_000), default: steps,
        help: "its number of steps η; 1 means FGSM, one step of size ε"),
      Setting(
        "warmup-eps", .number(0...1), default: "0",
        help: "share of the training over which ε and α grow linearly from 0"),
    ]
  }
}
