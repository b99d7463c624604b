internal import Results

extension HTMLReport {
  /// What the flags of this run mean; those that were not raised are folded away.
  var trust: Section? {
    guard !record.cells.isEmpty || !record.warnings.isEmpty else { return nil }
    var samples: [String: Int] = [:]
    for (flag, count) in record.cells.flatMap(\.flags) {
      samples[String(flag.prefix { $0 != ":" }), default: 0] += count
    }
    let warned = Set(record.warnings.map(\.code))
    func isRaised(_ entry: TrustGuide.Entry) -> Bool {
      let code = String(entry.code.prefix { $0 != ":" })
      return warned.contains(code) || samples[code] != nil
    }
    let raised = TrustGuide.entries.filter(isRaised)
    let others = TrustGuide.entries.filter { !isRaised($0) }
    let lead =
      "A score under attack is an upper bound: a better attack may lower it. These are signs of attacks that failed "
      + "for a reason that has nothing to do with robustness. What is proved needs none of them."
    return Section("trust", "Flags and what they mean", lead: lead) {
      if raised.isEmpty {
        tag("p") { "No sample of this run carries a flag, and no subject a warning." }
      } else {
        list(raised, samples, warned)
      }
      if !others.isEmpty {
        tag("details") {
          tag("summary") { "\(Format.counted(others.count, "sign")) that this run does not show" }
          list(others, samples, warned)
        }
      }
    }
  }

  private func list(_ entries: [TrustGuide.Entry], _ samples: [String: Int], _ warned: Set<String>) -> Markup {
    tag("dl", ["class": "terms"]) {
      for entry in entries {
        tag("div", ["id": TrustGuide.anchor(of: entry.code)]) {
          tag("dt") {
            tag("code", ["class": "code"]) { entry.code }
            if warned.contains(entry.code) { tag("span", ["class": "flag"]) { "warned" } }
            if let count = samples[String(entry.code.prefix { $0 != ":" })] {
              tag("span", ["class": "flag"]) { Format.counted(count, "sample") }
            }
          }
          tag("dd") {
            "Raised when: \(entry.sign)."
            tag("small") { entry.meaning + "." }
          }
        }
      }
    }
  }

  /// A flag, with the way to its meaning where it has one.
  func flagLink(_ flag: String) -> Markup {
    guard TrustGuide.entry(of: flag) != nil else { return tag("span", ["class": "flag"]) { flag } }
    return tag("a", ["class": "flag", "href": "#" + TrustGuide.anchor(of: flag)]) { flag }
  }
}
