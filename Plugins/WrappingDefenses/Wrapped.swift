internal import GauntletKit

extension Card {
  /// The card of a metric that this defense's `action` stands around.
  func around(_ inner: Card, _ action: String) -> Card {
    Card(
      id: id, version: "\(version)+\(inner.version)", title: "\(inner.title), \(action)",
      definition: "\(definition). Around \(inner.id): \(inner.definition)", reference: reference)
  }
}
