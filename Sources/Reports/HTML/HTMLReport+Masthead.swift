internal import Results

extension HTMLReport {
  /// What was run, in one look.
  var masthead: Markup {
    tag("header", ["class": "masthead"]) {
      tag("div", ["class": "brand"]) {
        logo
        tag("span") { "Gauntlet" }
      }
      tag("h1") { title }
      tag("p", ["class": "what"]) { summary }
      tag("dl", ["class": "facts"]) {
        for (name, value) in facts {
          tag("div") {
            tag("dt") { name }
            tag("dd") { value }
          }
        }
      }
    }
  }

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

  /// A picture inside its ball, and the arrow that leaves it.
  private var logo: Markup {
    tag("svg", ["viewBox": "0 0 32 32", "width": "28", "height": "28", "aria-hidden": "true"]) {
      tag("rect", ["x": "3", "y": "3", "width": "26", "height": "26", "rx": "7", "class": "logo-ball"])
      tag("path", ["d": "M10 22 L21 11 M14 10.5 H21.5 V18", "class": "logo-arrow"])
      tag("circle", ["cx": "10", "cy": "22", "r": "3", "class": "logo-dot"])
    }
  }
}
