internal import GauntletKit
internal import Yams

extension SuiteParser {
  /// Whether a subject is a defense around another one.
  func isWrapped(_ node: Node) -> Bool { node.mapping?["around"] != nil }

  /// {defense, around, title, test}.
  func parseWrapped(_ node: Node, key: String, _ path: String) -> Suite.SubjectEntry? {
    var fields: [String: Node] = [:]
    for (field, _, value) in reader.mapping(node, path, known: ["defense", "around", "title", "test"]) {
      fields[field] = value
    }
    let title = fields["title"].flatMap { reader.text($0, "\(path).title") }
    let tested = fields["test"].map { parseTested($0, "\(path).test") }
    var inner: Suite.SubjectEntry?
    if let field = fields["around"], let name = reader.text(field, "\(path).around") {
      inner = subjects.first { $0.key == name }
      if inner == nil {
        reader.report(unknown("subject above", name, Set(subjects.map(\.key))), at: field, "\(path).around")
      }
    }
    guard let field = fields["defense"] else {
      reader.report("the key 'defense' is missing", at: node, path)
      return nil
    }
    guard let text = reader.text(field, "\(path).defense"),
      let made = reader.attempt(
        at: field, "\(path).defense", { try PluginUse.resolve(text, in: registry.defenses) })
    else { return nil }
    guard let defense = made.product as? any WrappingDefense else {
      reader.report(
        "\(made.use.card.id) trains a network: it takes 'on' and what it starts from, and not 'around'", at: field,
        "\(path).defense")
      return nil
    }
    guard let inner else { return nil }
    // What is known already need not wait for the run.
    if case .metric(_, let metric) = inner.source {
      _ = reader.attempt(at: field, "\(path).defense") { try defense.wrap(metric) }
    }
    return Suite.SubjectEntry(
      key: key, title: title ?? "\(inner.title), \(made.use.card.title)",
      source: .wrapped(made.use, defense, around: inner), tested: tested ?? inner.tested)
  }
}
