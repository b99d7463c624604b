internal import Results

extension HTMLReport {
  /// What was run, in one look.
  var masthead: Markup { masthead(title, summary, facts) }

  private var summary: String {
    let done = record.cells.filter { $0.status == .done }
    let samples = done.filter { $0.attack != nil }.reduce(0) { $0 + $1.samples }
    return "\(Format.counted(record.subjects.count, "subject")) on "
      + "\(Format.counted(record.datasets.count, "dataset")) under "
      + "\(Format.counted(record.attacks.count, "attack")): \(Format.counted(done.count, "cell")) done, "
      + "\(Format.counted(samples, "attacked sample"))."
  }

  private var facts: [(String, String)] {
    var facts = [("Suite", record.suite.name), ("Seed", "\(record.suite.seed)")]
    if let timing = record.timing {
      facts.append(("Started", timing.started))
      facts.append(("Wall time", Format.duration(timing.seconds)))
      facts.append(("Threads", Format.count(timing.threads)))
    }
    let passes = record.cells.reduce(0) { $0 + $1.forwards + $1.backwards }
    if passes > 0 { facts.append(("Passes in attacks", Format.count(passes))) }
    facts.append(("Version", record.versions.gauntlet))
    return facts
  }
}
