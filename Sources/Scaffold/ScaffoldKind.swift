/// The kinds of plugins that a package can be written for.
public enum ScaffoldKind: String, Hashable, Sendable, CaseIterable {
  case defense, metric, attack, dataset

  /// What the template's names start with: "TemplateDefense", "template-defense".
  var template: (identifier: String, id: String) {
    ("Template" + rawValue.prefix(1).uppercased() + rawValue.dropFirst(), "template-\(rawValue)")
  }

  /// The whole plugin, compiled with the package as it stands.
  var source: [UInt8] {
    switch self {
    case .defense: PackageResources.Defense_swift
    case .metric: PackageResources.Metric_swift
    case .attack: PackageResources.Attack_swift
    case .dataset: PackageResources.Dataset_swift
    }
  }

  var tests: [UInt8] {
    switch self {
    case .defense: PackageResources.DefenseTests_swift
    case .metric: PackageResources.MetricTests_swift
    case .attack: PackageResources.AttackTests_swift
    case .dataset: PackageResources.DatasetTests_swift
    }
  }

  var suite: [UInt8] {
    switch self {
    case .defense: PackageResources.defense_yaml
    case .metric: PackageResources.metric_yaml
    case .attack: PackageResources.attack_yaml
    case .dataset: PackageResources.dataset_yaml
    }
  }

  /// Products of gauntlet that the plugin's own code imports.
  var products: [String] {
    let contract = ["GauntletKit", "Gradients", "Tensors"]
    return self == .defense ? contract + ["Networks", "Training"] : contract
  }

  /// The subject or plugin that a run of the suite is about, as the arguments of `run`.
  func arguments(_ id: String) -> String {
    switch self {
    case .defense, .metric: "run compare.yaml --standing \(id)"
    case .attack, .dataset: "run compare.yaml"
    }
  }
}
