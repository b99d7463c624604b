internal import Foundation
internal import GauntletKit

extension PluginUse {
  /// Looks a reference up, checks its settings, and makes the product.
  static func resolve<Product>(
    _ text: String, in catalogue: Catalogue<Product>
  ) throws -> (use: PluginUse, product: Product) {
    try resolve(PluginReference(text), in: catalogue)
  }

  static func resolve<Product>(
    _ reference: PluginReference, in catalogue: Catalogue<Product>
  ) throws -> (use: PluginUse, product: Product) {
    let plugin = try catalogue.plugin(reference.id)
    let given = try reference.settings.map { (name: $0.name, text: try EnvironmentVariables.expanded($0.text)) }
    let settings = try SettingValues(given, for: "\(catalogue.kind) \(plugin.card.id)", schema: plugin.settings)
    let written = Dictionary(reference.settings.map { ($0.name, $0.text) }) { first, _ in first }
    let resolved = settings.resolved.map { (name: $0.name, text: written[$0.name] ?? $0.text) }
    let identity = try plugin.settings.map { setting in
      let path = settings.written(setting.name)
      let value =
        setting.isPath(path)
        ? try contentKey(of: path, isDataset: catalogue.kind == "dataset") : settings.canonicalValue(setting.name)
      return "\(setting.name)=\(value)"
    }
    let use = PluginUse(
      reference: reference, card: plugin.card, settings: settings,
      resolvedText: PluginReference(id: reference.id, settings: resolved).description,
      identity: "\(plugin.card.id)@\(plugin.card.version):\(identity.sorted().joined(separator: ","))")
    return (use, try plugin.product(settings))
  }

  /// A file counts by its content, a folder by the names and contents of all files below it; a dataset's folder by what
  /// the dataset hands over of it.
  private static func contentKey(of path: String, isDataset: Bool) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return "" }
    guard isFolder.boolValue else { return isRegular(path) ? try ContentHash.ofFile(path) : "" }
    guard !isDataset else { return "" }
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return ContentHash.of(
      try names.sorted().flatMap { name in
        let file = "\(path)/\(name)"
        return isRegular(file) ? [name, try ContentHash.ofFile(file)] : []
      })
  }

  /// Whether it is, or a link leads to, a file that can be read to its end.
  private static func isRegular(_ path: String) -> Bool {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let type = (try? FileManager.default.attributesOfItem(atPath: target))?[.type] as? FileAttributeType
    return type == .typeRegular
  }
}
