public import GauntletKit

/// What every attack owes to the harness.
public enum AttackLaws {
  /// Checks an attack on a task of every kind that it takes, and that it refuses the others.
  public static func violations(of attack: any Attack, on tasks: [Task]) throws -> [LawViolation] {
    var violations: [LawViolation] = []
    if attack.tasks.isEmpty { violations.append(LawViolation("attack: it attacks something", "no task")) }
    for task in tasks {
      guard attack.tasks.contains(task.kind) else {
        if (try? attack.stages(for: task)) != nil {
          violations.append(
            LawViolation("attack: it refuses what it cannot attack", "\(attack.card.id) takes \(task.kind.rawValue)"))
        }
        continue
      }
      let measures = attack.measures(for: task.kind)
      if measures.isEmpty { violations.append(LawViolation("attack: it measures something", attack.card.id)) }
      let stages = try attack.stages(for: task)
      if stages.isEmpty { violations.append(LawViolation("attack: it has a stage", attack.card.id)) }
      for stage in stages where stage.objective.measures != measures {
        violations.append(
          LawViolation(
            "attack: every stage measures what the attack says",
            "\(attack.card.id), stage \(stage.name): \(stage.objective.measures.map(\.name)), expected "
              + "\(measures.map(\.name))"))
      }
    }
    return violations
  }
}
