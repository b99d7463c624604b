internal import Foundation
public import GauntletKit
internal import Networks
internal import Yams

extension Suite {
  /// Reads a suite file and resolves it.
  /// - Throws: `HarnessError.missing`, or `HarnessError.suite` with every mistake of the file, each with its line.
  public init(contentsOf path: String, registry: Registry) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw HarnessError.missing(path: path, what: "suite file")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw HarnessError.unreadable(path: path, reason: "the file cannot be read")
    }
    guard data.count < 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw HarnessError.unreadable(path: path, reason: "a suite is a UTF-8 text of less than a mebibyte")
    }
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    try self.init(parsing: text, named: name, path: path, registry: registry)
  }

  public init(parsing text: String, named name: String, path: String, registry: Registry) throws {
    let parser = SuiteParser(registry: registry)
    let root = try YAMLReader.compose(text, path: path)
    let suite = parser.parse(root, named: name)
    guard let suite, parser.reader.mistakes.isEmpty else {
      let mistakes = parser.reader.mistakes.sorted { ($0.line ?? 0, $0.keyPath) < ($1.line ?? 0, $1.keyPath) }
      throw HarnessError.suite(path: path, mistakes)
    }
    self = suite
  }
}

private final class SuiteParser {
  let registry: Registry
  let reader = YAMLReader()
  private var datasets: [Suite.DatasetEntry] = []
  private var datasetKeys: Set<String> = []
  private var models: [Suite.ModelEntry] = []
  private var modelKeys: Set<String> = []
  private var subjects: [Suite.SubjectEntry] = []
  private var attacks: [Suite.AttackEntry] = []

  init(registry: Registry) { self.registry = registry }

  func parse(_ root: Node, named fileName: String) -> Suite? {
    let known = ["suite", "title", "seed", "batch", "datasets", "backbones", "subjects", "attacks", "certify"]
    let pairs = reader.mapping(root, "", known: known)
    let sections = Dictionary(pairs.map { ($0.key, $0.value) }) { first, _ in first }
    let name = sections["suite"].flatMap { reader.text($0, "suite") } ?? fileName
    let title = sections["title"].flatMap { reader.text($0, "title") } ?? name
    let seed = sections["seed"].map { reader.integer($0, "seed", in: 0...(.max)) ?? 0 } ?? 0
    let batch = sections["batch"].map { reader.integer($0, "batch", in: 1...4096) ?? 1 } ?? 64
    // Datasets first: models and subjects name them.
    if let section = sections["datasets"] { parseDatasets(section) } else { missing("datasets", at: root) }
    if let section = sections["backbones"] { parseEntries(section, "backbones", areSubjects: false) }
    if let section = sections["subjects"] {
      parseEntries(section, "subjects", areSubjects: true)
    } else {
      missing("subjects", at: root)
    }
    if let section = sections["attacks"] { parseAttacks(section) }
    let certification = sections["certify"].flatMap { parseCertification($0) }
    checkKeys()
    guard reader.mistakes.isEmpty else { return nil }
    return Suite(
      name: name, title: title, seed: UInt64(seed), batch: batch, datasets: datasets, models: models,
      subjects: subjects, attacks: attacks, certification: certification)
  }

  private func missing(_ key: String, at root: Node) {
    reader.report("the section '\(key)' is missing", at: root, key)
  }

  private func parseDatasets(_ section: Node) {
    for (key, keyNode, value) in reader.mapping(section, "datasets", known: nil) {
      let path = "datasets.\(key)"
      checkName(key, at: keyNode, path)
      datasetKeys.insert(key)
      var samples: Int?
      var isAsked = true
      var reference: (text: String, node: Node, path: String)?
      if value.mapping != nil {
        for (field, _, node) in reader.mapping(value, path, known: ["dataset", "samples", "ask"]) {
          let fieldPath = "\(path).\(field)"
          if field == "samples" {
            samples = reader.integer(node, fieldPath, in: 1...(.max))
          } else if field == "ask" {
            isAsked = reader.flag(node, fieldPath) ?? true
          } else if let text = reader.text(node, fieldPath) {
            reference = (text, node, fieldPath)
          }
        }
        if reference == nil { reader.report("the key 'dataset' is missing", at: value, path) }
      } else if let text = reader.text(value, path) {
        reference = (text, value, path)
      }
      guard let reference else { continue }
      let made = reader.attempt(at: reference.node, reference.path) {
        try PluginUse.resolve(reference.text, in: registry.datasets)
      }
      if let made {
        datasets.append(
          Suite.DatasetEntry(key: key, use: made.use, samples: samples, isAsked: isAsked, dataset: made.product))
      }
    }
  }

  /// Backbones and subjects: a text names a metric; a mapping with `defense` trains a model.
  private func parseEntries(_ section: Node, _ sectionPath: String, areSubjects: Bool) {
    for (key, keyNode, value) in reader.mapping(section, sectionPath, known: nil) {
      let path = "\(sectionPath).\(key)"
      checkName(key, at: keyNode, path)
      if areSubjects, subjects.contains(where: { $0.key == key }) || modelKeys.contains(key) {
        reader.report("the name '\(key)' is taken", at: keyNode, path)
      }
      if areSubjects, value.mapping?["around"] != nil {
        if let entry = parseWrapper(value, key: key, path) { subjects.append(entry) }
      } else if value.mapping != nil {
        modelKeys.insert(key)
        guard let (entry, title, tested) = parseModel(value, key: key, path, isSubject: areSubjects) else { continue }
        models.append(entry)
        if areSubjects {
          subjects.append(
            Suite.SubjectEntry(key: key, title: title ?? key, source: .model(key), tested: tested))
        }
      } else if !areSubjects {
        reader.report("expected a mapping with 'defense', 'on' and an architecture", at: value, path)
      } else if let text = reader.text(value, path),
        let made = reader.attempt(at: value, path, { try PluginUse.resolve(text, in: registry.metrics) })
      {
        subjects.append(
          Suite.SubjectEntry(
            key: key, title: made.use.card.title, source: .metric(made.use, made.product), tested: nil))
      }
    }
  }

  private func parseModel(
    _ node: Node, key: String, _ path: String, isSubject: Bool
  ) -> (Suite.ModelEntry, title: String?, tested: [String]?)? {
    let known = [
      "defense", "on", "from", "teachers", "architecture", "embedding", "normalization", "geometry", "weights",
    ]
    var fields: [String: Node] = [:]
    for (field, _, value) in reader.mapping(node, path, known: known + (isSubject ? ["title", "test"] : [])) {
      fields[field] = value
    }
    let title = fields["title"].flatMap { reader.text($0, "\(path).title") }
    let tested = fields["test"].map { parseTested($0, "\(path).test") }
    var made: (use: PluginUse, product: any Defense)?
    if let field = fields["defense"] {
      if let text = reader.text(field, "\(path).defense") {
        made = reader.attempt(at: field, "\(path).defense") { try PluginUse.resolve(text, in: registry.defenses) }
        if let made, made.product is any WrappingDefense {
          reader.report("\(made.use.card.id) trains nothing: it takes 'around'", at: field, "\(path).defense")
        }
      }
    } else {
      reader.report("the key 'defense' is missing", at: node, path)
    }
    var dataset: String?
    if let field = fields["on"] {
      dataset = reader.text(field, "\(path).on")
      if let name = dataset, !datasetKeys.contains(name) {
        reader.report(unknown("dataset", name, datasetKeys), at: field, "\(path).on")
      }
    } else {
      reader.report("the key 'on' (a dataset of this suite) is missing", at: node, path)
    }
    let start: Suite.ModelStart?
    if let field = fields["from"] {
      let name = reader.text(field, "\(path).from")
      start = name.map { .model($0) }
      if let name, !modelKeys.contains(name) || name == key {
        reader.report(
          unknown("backbone or subject above", name, modelKeys.subtracting([key])), at: field, "\(path).from")
      }
      for other in ["architecture", "embedding", "normalization", "geometry", "weights"] where fields[other] != nil {
        reader.report("'\(other)' comes with what 'from' names", at: fields[other], "\(path).\(other)")
      }
    } else {
      start = parseBlueprint(fields, node, path).map { .fresh($0) }
    }
    let teachers = fields["teachers"].map { parseTeachers($0, of: key, "\(path).teachers") } ?? []
    guard let made, let dataset, let start else { return nil }
    let entry = Suite.ModelEntry(
      key: key, use: made.use, dataset: dataset, start: start, teachers: teachers, defense: made.product)
    return (entry, title, tested)
  }

  /// A defense that trains nothing, around what stands above.
  private func parseWrapper(_ node: Node, key: String, _ path: String) -> Suite.SubjectEntry? {
    var fields: [String: Node] = [:]
    for (field, _, value) in reader.mapping(node, path, known: ["defense", "around", "title", "test"]) {
      fields[field] = value
    }
    guard let field = fields["defense"], let text = reader.text(field, "\(path).defense") else {
      reader.report("the key 'defense' is missing", at: node, path)
      return nil
    }
    let made = reader.attempt(at: field, "\(path).defense") {
      try PluginUse.resolve(text, in: registry.defenses)
    }
    let inner = fields["around"].flatMap { above($0, of: key, "\(path).around") }
    let title = fields["title"].flatMap { reader.text($0, "\(path).title") }
    let tested = fields["test"].map { parseTested($0, "\(path).test") }
    guard let made, let inner else { return nil }
    guard let defense = made.product as? any WrappingDefense else {
      reader.report(
        "\(made.use.card.id) trains a network: it takes 'on' and what it starts from, and not 'around'", at: field,
        "\(path).defense")
      return nil
    }
    // What is known already need not wait for the run.
    if case .metric(_, let metric) = inner.source {
      _ = reader.attempt(at: field, "\(path).defense") { try defense.wrap(metric) }
    }
    return Suite.SubjectEntry(
      key: key, title: title ?? "\(inner.title), \(made.use.card.title)",
      source: .wrapped(made.use, defense, around: inner), tested: tested)
  }

  /// What stands above and embeds: a name or a list of names.
  private func parseTeachers(_ node: Node, of key: String, _ path: String) -> [Suite.Named] {
    let items = node.sequence == nil ? [node] : reader.sequence(node, path)
    return items.compactMap { item in
      guard let named = above(item, of: key, path) else { return nil }
      switch named.source {
      case .metric(_, let metric) where !(metric is any EmbeddingMetric):
        reader.report("'\(named.key)' embeds nothing, so it teaches nothing", at: item, path)
      case .wrapped(_, _, let inner):
        reader.report("'\(named.key)' stands around '\(inner.key)'; let that teach", at: item, path)
      case .metric, .model: break
      }
      return named
    }
  }

  /// A backbone or subject above.
  private func above(_ node: Node, of key: String, _ path: String) -> Suite.Named? {
    guard let name = reader.text(node, path) else { return nil }
    if let subject = subjects.first(where: { $0.key == name }) {
      return Suite.Named(key: name, title: subject.title, source: subject.source)
    }
    if name != key, modelKeys.contains(name) { return Suite.Named(key: name, title: name, source: .model(name)) }
    let known = modelKeys.union(subjects.map(\.key)).subtracting([key])
    reader.report(unknown("backbone or subject above", name, known), at: node, path)
    return nil
  }

  /// A dataset or a list of datasets that a subject is asked about.
  private func parseTested(_ node: Node, _ path: String) -> [String] {
    let items = node.sequence == nil ? [node] : reader.sequence(node, path)
    return items.compactMap { item in
      guard let name = reader.text(item, path) else { return nil }
      if !datasetKeys.contains(name) { reader.report(unknown("dataset", name, datasetKeys), at: item, path) }
      return name
    }
  }

  private func parseBlueprint(_ fields: [String: Node], _ node: Node, _ path: String) -> Blueprint? {
    guard let field = fields["architecture"] else {
      reader.report("either 'from' or 'architecture' must be given", at: node, path)
      return nil
    }
    guard let architecture = reader.text(field, "\(path).architecture") else { return nil }
    if !Architectures.isKnown(architecture) {
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

  /// An item is a plugin or profile with settings, or a mapping that varies one setting over a list of values, or searches
  /// on a surrogate.
  private func parseAttacks(_ section: Node) {
    for (place, node) in reader.sequence(section, "attacks").enumerated() {
      let path = "attacks[\(place)]"
      guard node.mapping != nil else {
        if let text = reader.text(node, path) { addAttack(text, at: node, path) }
        continue
      }
      var text: String?
      var surrogate: String?
      var varied: [(name: String, value: String, node: Node)] = []
      for (field, _, value) in reader.mapping(node, path, known: ["attack", "surrogate", "vary"]) {
        if field == "attack" {
          text = reader.text(value, "\(path).attack")
          continue
        }
        if field == "surrogate" {
          surrogate = reader.text(value, "\(path).surrogate")
          let known = Set(subjects.map(\.key))
          if let name = surrogate, !known.contains(name) {
            reader.report(unknown("subject", name, known), at: value, "\(path).surrogate")
          }
          continue
        }
        for (name, _, values) in reader.mapping(value, "\(path).vary", known: nil) {
          if !varied.isEmpty { reader.report("only one setting can be varied", at: values, "\(path).vary.\(name)") }
          for item in reader.sequence(values, "\(path).vary.\(name)") {
            if let value = reader.text(item, "\(path).vary.\(name)") { varied.append((name, value, item)) }
          }
        }
      }
      guard let text else {
        reader.report("the key 'attack' is missing", at: node, path)
        continue
      }
      if varied.isEmpty { addAttack(text, surrogate: surrogate, at: node, path) }
      for (name, value, item) in varied {
        addAttack(text, extra: (name, value), surrogate: surrogate, at: item, path)
      }
    }
  }

  private func addAttack(
    _ text: String, extra: (name: String, text: String)? = nil, surrogate: String? = nil, at node: Node, _ path: String
  ) {
    guard let reference = reader.attempt(at: node, path, { try PluginReference(text) }) else { return }
    var settings = reference.settings.map { (name: $0.name, text: $0.text) }
    if let extra { settings.append(extra) }
    var seen: Set<String> = []
    let members = registry.profiles[reference.id] ?? [reference.id]
    let known = Set(members.flatMap { settingNames(ofAttack: $0) })
    for id in members {
      let made = reader.attempt(at: node, path) {
        do {
          let member = try PluginReference(id)
          // A setting of a profile is for the members that have it; one that none of them has is a mistake.
          let names = settingNames(ofAttack: id)
          let given = settings.filter { names.contains($0.name) || !known.contains($0.name) }
          let own = member.settings.map { (name: $0.name, text: $0.text) }
            .filter { own in !given.contains { $0.name == own.name } }
          return try PluginUse.resolve(
            PluginReference(id: member.id, settings: own + given), in: registry.attacks)
        } catch PluginError.unknown(let kind, let id, _, let known) {
          let names = known + registry.profiles.keys.sorted()
          throw PluginError.unknown(kind: kind, id: id, suggestion: closest(to: id, in: names), known: names)
        }
      }
      guard let made else { return }
      let isKnown = attacks.contains { $0.use.identity == made.use.identity && $0.surrogate == surrogate }
      if isKnown || !seen.insert(made.use.identity).inserted { continue }
      attacks.append(
        Suite.AttackEntry(
          key: "\(made.product.card.id) \(made.product.threat)" + (surrogate.map { " from \($0)" } ?? ""),
          use: made.use, attack: made.product, surrogate: surrogate))
    }
  }

  /// The settings that a member of a profile can be given.
  private func settingNames(ofAttack member: String) -> [String] {
    let id = (try? PluginReference(member))?.id ?? member
    return (try? registry.attacks.plugin(id))?.settings.map(\.name) ?? []
  }

  /// A list of radii, or a mapping with one and what it means for attacks.
  private func parseCertification(_ section: Node) -> Suite.Certification? {
    var radii: (node: Node, path: String)? = section.sequence == nil ? nil : (section, "certify")
    var skips = false
    var votes: Int?
    var alpha = 0.001
    if radii == nil {
      for (key, _, value) in reader.mapping(section, "certify", known: ["radii", "skip-certified", "votes", "alpha"]) {
        switch key {
        case "radii": radii = (value, "certify.radii")
        case "votes": votes = reader.integer(value, "certify.votes", in: 10...10_000_000)
        case "alpha":
          let given = reader.text(value, "certify.alpha").flatMap { number(from: $0) } ?? .nan
          if given > 0, given < 0.5 {
            alpha = given
          } else {
            reader.report("expected a probability above 0 and below 0.5, such as 0.001", at: value, "certify.alpha")
          }
        default: skips = reader.flag(value, "certify.skip-certified") ?? false
        }
      }
    }
    guard let radii else {
      reader.report("the key 'radii' (a list such as [36/255, 72/255]) is missing", at: section, "certify")
      return nil
    }
    let values = reader.sequence(radii.node, radii.path).compactMap { node -> Suite.Certification.Radius? in
      guard let text = reader.text(node, radii.path) else { return nil }
      guard let value = number(from: text), value >= 0, value.isFinite else {
        reader.report("expected a radius of at least 0, such as 36/255, got '\(text)'", at: node, radii.path)
        return nil
      }
      return Suite.Certification.Radius(value: value, text: text)
    }
    return Suite.Certification(
      radii: values.sorted { $0.value < $1.value }, skipsCertified: skips,
      votes: votes.map { Suite.Certification.Votes(count: $0, alpha: alpha) })
  }

  /// Two attacks of one name and threat differ in something else: number them.
  private func checkKeys() {
    var counts: [String: Int] = [:]
    attacks = attacks.map { entry in
      counts[entry.key, default: 0] += 1
      let count = counts[entry.key]!
      return count == 1
        ? entry
        : Suite.AttackEntry(
          key: "\(entry.key) #\(count)", use: entry.use, attack: entry.attack, surrogate: entry.surrogate)
    }
  }

  private func checkName(_ name: String, at node: Node, _ path: String) {
    let allowed = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    if name.isEmpty || !allowed {
      reader.report("a name has letters, digits, '-', '_' and '.' only", at: node, path)
    }
  }

  private func unknown(_ kind: String, _ name: String, _ known: Set<String>) -> String {
    let known = known.sorted()
    return "unknown \(kind) '\(name)'"
      + (closest(to: name, in: known).map { "; did you mean '\($0)'?" }
        ?? (known.isEmpty ? "" : "; known: \(known.joined(separator: ", "))"))
  }
}
