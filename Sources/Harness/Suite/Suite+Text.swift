extension Suite {
  /// The suite with everything filled in, as a suite file: echoed before a run, and kept with its results.
  public var resolvedText: String {
    var lines = ["suite: \(name)", "title: \(quoted(title))", "seed: \(seed)", "batch: \(batch)", "datasets:"]
    for entry in datasets {
      if let samples = entry.samples {
        lines.append("  \(entry.key): {dataset: \(quoted(entry.use.resolvedText)), samples: \(samples)}")
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
      case .wrapped(let use, _, let inner):
        let more = about(entry)
        lines.append("  \(entry.key): {defense: \(quoted(use.resolvedText)), around: \(inner.key)\(more)}")
      case .model(let key):
        if let model = models.first(where: { $0.key == key }) { lines.append(text(of: model, subject: entry)) }
      }
    }
    if !attacks.isEmpty {
      lines.append("attacks:")
      for entry in attacks {
        let text = quoted(entry.use.resolvedText)
        lines.append("  - " + (entry.surrogate.map { "{attack: \(text), surrogate: \($0)}" } ?? text))
      }
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
    let defense = quoted(model.use.resolvedText)
    return "  \(model.key): {defense: \(defense), on: \(model.dataset), \(start)\(subject.map(about) ?? "")}"
  }

  private func about(_ subject: SubjectEntry) -> String {
    ", title: \(quoted(subject.title))" + (subject.tested.map { ", test: [\($0.joined(separator: ", "))]" } ?? "")
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
