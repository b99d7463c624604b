internal import GauntletKit
internal import Networks
internal import Yams

// What models and subjects are described by, beside their defense.
extension SuiteParser {
  /// A dataset or a list of datasets that a subject is asked about.
  func parseTested(_ node: Node, _ path: String) -> [String] {
    let items = node.sequence == nil ? [node] : reader.sequence(node, path)
    return items.compactMap { item in
      guard let name = reader.text(item, path) else { return nil }
      if !datasetKeys.contains(name) { reader.report(unknown("dataset", name, datasetKeys), at: item, path) }
      return name
    }
  }

  func parseBlueprint(_ fields: [String: Node], _ node: Node, _ path: String) -> Blueprint? {
    guard let field = fields["architecture"] else {
      reader.report("either 'from' or 'architecture' must be given", at: node, path)
      return nil
    }
    guard let architecture = reader.text(field, "\(path).architecture") else { return nil }
    if !Architectures.names.contains(architecture) {
      reader.report(
        unknown("architecture", architecture, Set(Architectures.names)), at: field, "\(path).architecture")
    }
    let embedding = fields["embedding"].map { reader.integer($0, "\(path).embedding", in: 2...65536) } ?? 512
    let normalization: Normalization? = choice(fields["normalization"], "\(path).normalization", default: .none)
    let geometry: Geometry? = choice(fields["geometry"], "\(path).geometry", default: .sphere)
    var weights: StartWeights?
    if let field = fields["weights"], let file = reader.text(field, "\(path).weights") {
      weights = reader.attempt(at: field, "\(path).weights") { try StartWeights(file) }
      if weights == nil { return nil }
    }
    guard let embedding, let normalization, let geometry else { return nil }
    return Blueprint(
      architecture: architecture, embedding: embedding, normalization: normalization, geometry: geometry,
      weights: weights)
  }

  private func choice<Value: RawRepresentable & CaseIterable>(
    _ node: Node?, _ path: String, default value: Value
  ) -> Value? where Value.RawValue == String {
    guard let node else { return value }
    guard let text = reader.text(node, path) else { return nil }
    if let value = Value(rawValue: text) { return value }
    reader.report(
      "expected one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")), got '\(text)'", at: node, path)
    return nil
  }
}
