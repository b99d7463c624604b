internal import Results

extension HTMLReport {
  /// All that is needed to run it again, and to know whether another run may be compared.
  var settings: Section? {
    Section("settings", "Settings and how to reproduce") {
      tag("pre", ["class": "command"]) { tag("code") { record.reproduce } }
      facts(environment, isWide: true)
      datasetTable
      plainTable(
        "Subjects", ["Id", "Spec", "Kind", "Geometry", "Weights"],
        record.subjects.map { subject in
          [
            .text(subject.id), code(subject.spec), words(subject.kind.rawValue),
            words(subject.geometry ?? Format.missing), code(subject.weights.map(Format.short) ?? Format.missing),
          ]
        })
      if !record.attacks.isEmpty { attackTable }
      tag("details") {
        tag("summary") { "Resolved suite" }
        tag("p", ["class": "hash"]) { "SHA-256 \(record.suite.sha256)" }
        tag("pre") { tag("code") { record.suite.resolved } }
      }
    }
  }

  private var environment: [(String, String)] {
    var rows = [
      ("Gauntlet", record.versions.gauntlet), ("Numerics", record.versions.numerics),
      ("Instruction set", record.environment.instructionSet),
    ]
    rows += record.environment.libraries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    guard let timing = record.timing else { return rows }
    rows += [("Host", timing.host), ("Processor", timing.processor), ("Threads", Format.count(timing.threads))]
    rows += [("Started", timing.started), ("Finished", timing.finished)]
    if let peak = timing.peakMemory { rows.append(("Peak memory", Format.bytes(peak))) }
    return rows
  }

  private var datasetTable: Markup {
    plainTable(
      "Datasets", ["Id", "Title", "Spec", "Picture", "Counts", "Fingerprint"],
      record.datasets.map { dataset in
        let image = dataset.image
        let counts = dataset.counts.sorted { $0.key < $1.key }.map { "\($0.key) \(Format.count($0.value))" }
        return [
          .text(dataset.id), words(dataset.title), code(dataset.spec),
          words("\(image.channels) × \(image.height) × \(image.width)"), words(counts.joined(separator: ", ")),
          code(Format.short(dataset.fingerprint)),
        ]
      })
  }

  private var attackTable: Markup {
    plainTable(
      "Attacks", ["Id", "Spec", "Threat", "Mode", "Steps", "Restarts", "Step size", "Random start"],
      record.attacks.map { attack in
        [
          .text(attack.id), code(attack.spec), words(Format.threat(attack.threat)),
          words(attack.mode?.rawValue ?? Format.missing), attack.steps.map(count) ?? words(Format.missing),
          attack.restarts.map(count) ?? words(Format.missing), number(attack.stepSize, .plain),
          words(attack.randomStart.map { $0 ? "yes" : "no" } ?? Format.missing),
        ]
      })
  }
}
