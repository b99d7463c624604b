internal import Results

/// Cells without numbers; those of one subject and dataset with one reason are told as one.
struct Absence {
  let subject: String
  let dataset: String
  let isFailure: Bool
  let reason: String
  /// The titles of the attacks, or "natural".
  let attacks: String

  var state: String { isFailure ? "failed" : "not asked" }

  /// Failures first, then in the order of the record.
  static func all(in record: RunRecord) -> [Absence] {
    struct Key: Hashable {
      let subject: String
      let dataset: String
      let status: RunRecord.Status
    }
    var order: [Key] = []
    var titles: [Key: [String]] = [:]
    for cell in record.cells where cell.status != .done {
      let key = Key(subject: cell.subject, dataset: cell.dataset, status: cell.status)
      if titles[key] == nil { order.append(key) }
      let attack = cell.attack.map { id in
        record.attack(id).map { "\($0.title) \(Format.threat($0.threat))" } ?? id
      }
      titles[key, default: []].append(attack ?? "natural")
    }
    let absences = order.map { key in
      let names = titles[key] ?? []
      let isFailure = if case .failed = key.status { true } else { false }
      return Absence(
        subject: key.subject, dataset: key.dataset, isFailure: isFailure, reason: key.status.reason ?? "",
        attacks: names.count > 4 ? "\(names.count) cells, from \(names[0])" : names.joined(separator: ", "))
    }
    return absences.filter(\.isFailure) + absences.filter { !$0.isFailure }
  }
}
