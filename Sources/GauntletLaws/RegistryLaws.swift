public import GauntletKit

/// What every entry of a registry owes to suites and to the command line.
public enum RegistryLaws {
  /// Checks every plugin of every kind: its id, its card, and that its defaults are of their kinds.
  ///
  /// Attacks whose settings all have defaults are also made.
  public static func violations(of registry: Registry) throws -> [LawViolation] {
    var violations = check(registry.metrics) + check(registry.defenses) + check(registry.attacks)
    violations += check(registry.datasets)
    for plugin in registry.attacks.plugins where plugin.settings.allSatisfy({ $0.defaultText != nil }) {
      let attack = try registry.attacks.make(PluginReference(plugin.card.id))
      if attack.card != plugin.card {
        violations.append(
          LawViolation("registry: a product carries its plugin's card", "\(plugin.card.id) makes \(attack.card.id)"))
      }
    }
    return violations
  }

  private static func check<Product>(_ catalogue: Catalogue<Product>) -> [LawViolation] {
    catalogue.plugins.flatMap { plugin -> [LawViolation] in
      let (id, card) = ("\(catalogue.kind) \(plugin.card.id)", plugin.card)
      var violations: [LawViolation] = []
      let allowed = card.id.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
      if card.id.isEmpty || !allowed {
        violations.append(LawViolation("registry: ids are lower-case and hyphenated", id))
      }
      if [card.version, card.title, card.definition, card.reference].contains(where: \.isEmpty) {
        violations.append(LawViolation("registry: a card says everything", id))
      }
      if Set(plugin.settings.map(\.name)).count != plugin.settings.count {
        violations.append(LawViolation("registry: a setting has one meaning", id))
      }
      for setting in plugin.settings {
        if setting.help.isEmpty {
          violations.append(LawViolation("registry: a setting has help", "\(id), \(setting.name)"))
        }
        // An empty default stands for "not given".
        guard let text = setting.defaultText, !text.isEmpty else { continue }
        let schema = [setting]
        if (try? SettingValues([(setting.name, text)], for: id, schema: schema)) == nil {
          violations.append(
            LawViolation(
              "registry: a default is of its kind",
              "\(id), \(setting.name): '\(text)', expected \(setting.expectation)"))
        }
      }
      return violations
    }
  }
}
