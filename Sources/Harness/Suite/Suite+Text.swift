extension Suite {
  /// The suite with everything filled in, as a suite file: echoed before a run, and kept with its results.
  public var resolvedText: String {
    var lines = ["suite: \(name)", "title: \(quoted(title))", "seed: \(seed)", "batch: \(batch)", "datasets:"]
    for entry in datasets {
      let ask = entry.isAsked ? "" : ", ask: false"
      if entry.samples != nil || !entry.isAsked {
        let samples = entry.samples.map { ", samples: \($0)" } ?? ""
        lines.append("  \(entry.key): {dataset: \(quoted(entry.use.resolvedText))\(samples)\(ask)}")
      } else {
        lines.append("  \(entry.key): \(quoted(entry.use.resolvedText))")
      }
    }
    let subjectKeys = Set(subjects.map(\.key))
    let backbones = models.filter { !subjectKeys.contains($0.key) }
    if !backbones.isEmpty {
      lines.append("backbones:")
      for entry in backbones { lines.append(text(of: entry, subject: nil)) }
    }
    lines.append("subjects:")
    for entry in subjects {
      switch entry.source {
      case .metric(let use, _): lines.append("  \(entry.key): \(quoted(use.resolvedText))")
      case .model(let key):
        if let model = models.first(where: { $0.key == key }) { lines.append(text(of: model, subject: entry)) }
      case .wrapped(let use, _, let inner):
        let tested = entry.tested.map { ", test: [\($0.joined(separator: ", "))]" } ?? ""
        lines.append(
          "  \(entry.key): {defense: \(quoted(use.resolvedText)), around: \(inner.key), title: \(quoted(entry.title))"
            + "\(tested)}")
      }
    }
    if !attacks.isEmpty {
      lines.append("attacks:")
      for entry in attacks {
        let text = quoted(entry.use.resolvedText)
        lines.append("  - " + (entry.surrogate.map { "{attack: \(text), surrogate: \($0)}" } ?? text))
      }
    }
    if let certification {
      let radii = certification.radii.map(\.text).joined(separator: ", ")
      let votes = certification.votes.map { ", votes: \($0.count), alpha: \($0.alpha)" } ?? ""
      lines.append("certify: {radii: [\(radii)], skip-certified: \(certification.skipsCertified)\(votes)}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func text(of model: ModelEntry, subject: SubjectEntry?) -> String {
    let start =
      switch model.start {
      case .fresh(let blueprint):
        blueprint.text.replacing("=", with: ": ")
          + (blueprint.weights.map { ", weights: \(quoted($0.written))" } ?? "")
      case .model(let key): "from: \(key)"
      }
    let teachers =
      model.teachers.isEmpty ? "" : ", teachers: [\(model.teachers.map(\.key).joined(separator: ", "))]"
    let title = subject.map { ", title: \(quoted($0.title))" } ?? ""
    let tested = subject?.tested.map { ", test: [\($0.joined(separator: ", "))]" } ?? ""
    let defense = quoted(model.use.resolvedText)
    return "  \(model.key): {defense: \(defense), on: \(model.dataset), \(start)\(teachers)\(title)\(tested)}"
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension String {
  /// Every occurrence replaced (the standard library's own needs Foundation or string processing).
  fileprivate func replacing(_ old: String, with new: String) -> String {
    var result = ""
    for character in self { result += String(character) == old ? new : String(character) }
    return result
  }
}
