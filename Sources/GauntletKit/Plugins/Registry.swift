internal import Glibc

/// One entry of the registry: who the plugin is, what it can be told, and how to make it.
public struct Plugin<Product>: Sendable {
  public let card: Card
  public let settings: [Setting]
  /// Makes the product; may read files, and throws what is wrong with them.
  private let make: @Sendable (SettingValues) throws -> Product

  public init(
    _ card: Card, settings: [Setting] = [], make: @escaping @Sendable (SettingValues) throws -> Product
  ) {
    self.card = card
    self.settings = settings
    self.make = make
  }

  /// - Throws: `PluginError.missing` for a path that leads nowhere, and whatever the plugin finds wrong.
  public func product(_ values: SettingValues) throws -> Product {
    for setting in settings {
      let path = values.written(setting.name)
      if setting.isPath(path), access(path, F_OK) != 0 {
        throw PluginError.missing(plugin: card.id, path: path, what: "file or folder (setting '\(setting.name)')")
      }
    }
    return try make(values)
  }
}

/// The plugins of one kind, in the order of their ids.
public struct Catalogue<Product>: Sendable {
  /// "metric", "defense", "attack" or "dataset".
  public let kind: String
  private var entries: [String: Plugin<Product>] = [:]

  init(kind: String) { self.kind = kind }

  public var plugins: [Plugin<Product>] { entries.values.sorted { $0.card.id < $1.card.id } }

  /// - Throws: `PluginError.duplicate`: there is no "last one wins".
  public mutating func register(_ plugin: Plugin<Product>) throws {
    guard entries[plugin.card.id] == nil else { throw PluginError.duplicate(kind: kind, id: plugin.card.id) }
    entries[plugin.card.id] = plugin
  }

  /// - Throws: `PluginError.unknown`, with a suggestion where one is close.
  public func plugin(_ id: String) throws -> Plugin<Product> {
    guard let plugin = entries[id] else {
      let known = entries.keys.sorted()
      throw PluginError.unknown(kind: kind, id: id, suggestion: closest(to: id, in: known), known: known)
    }
    return plugin
  }

  /// The plugin that a reference names, and its settings.
  public func resolve(_ reference: PluginReference) throws -> (plugin: Plugin<Product>, settings: SettingValues) {
    let plugin = try plugin(reference.id)
    let given = reference.settings.map { (name: $0.name, text: $0.text) }
    return (plugin, try SettingValues(given, for: "\(kind) \(plugin.card.id)", schema: plugin.settings))
  }

  /// Makes what a reference names.
  public func make(_ reference: PluginReference) throws -> Product {
    let (plugin, settings) = try resolve(reference)
    return try plugin.product(settings)
  }
}

/// All plugins of a process: a value, built once at start, frozen from then on.
public struct Registry: Sendable {
  public var metrics = Catalogue<any Metric>(kind: "metric")
  public var defenses = Catalogue<any Defense>(kind: "defense")
  public var attacks = Catalogue<any Attack>(kind: "attack")
  public var datasets = Catalogue<any Dataset>(kind: "dataset")
  /// Attacks that are run together under one name, with the same settings: "ers" stands for the nine of its score. A
  /// member is an id, or a reference with settings of its own, which those of the profile's use replace.
  public private(set) var profiles: [String: [String]] = [:]

  public init() {}

  /// - Throws: `PluginError.duplicate`, or `.unknown` for a member that is not registered.
  public mutating func registerProfile(_ id: String, attacks members: [String]) throws {
    guard profiles[id] == nil, (try? attacks.plugin(id)) == nil else {
      throw PluginError.duplicate(kind: "attack profile", id: id)
    }
    for member in members { _ = try attacks.resolve(PluginReference(member)) }
    profiles[id] = members
  }
}
