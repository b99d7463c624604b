public import Foundation
public import Results

/// A run as one self-contained HTML page: styles, drawings and pictures are inside, and nothing is fetched from anywhere.
///
/// Light and dark follow the reader's system; the page prints, and reads at the width of a phone. Tables can be sorted;
/// without JavaScript they merely cannot.
public struct HTMLReport: PageParts {
  typealias Section = PageSection

  let record: RunRecord
  let samples: SampleRecord?
  let sheet: ScoreSheet
  let picture: (String) -> Data?
  let pictureBudget: Int

  /// - Parameters:
  ///   - record: the run.
  ///   - samples: what its scores are made of; without it there are neither pairs nor distributions.
  ///   - pictureBudget: bytes of pictures that the page may hold: the worst samples of all cells come first.
  ///   - picture: the bytes of a PNG file, by the relative path that a sample gives; nil if there is none. Bytes that are not
  ///     PNG are left out.
  public init(
    _ record: RunRecord, samples: SampleRecord? = nil, pictureBudget: Int = 1_350_000,
    picture: @escaping (String) -> Data?
  ) {
    self.record = record
    self.samples = samples
    self.sheet = ScoreSheet(record)
    self.picture = picture
    self.pictureBudget = pictureBudget
  }

  /// The page. Equal records and pictures give equal bytes.
  public func render() -> String {
    let sections: [Section?] = [
      headline, headToHead, components, curves, certificates, distributions, training, gallery, cells, trust, scores,
      definitions, settings,
    ]
    return Page(
      title: title, masthead: masthead, notices: warnings, sections: sections.compactMap { $0 },
      footer:
        "Written by gauntlet \(record.versions.gauntlet) from \(record.schema). Intervals as stated beside each score; "
        + "ε in pixel units of [0, 1].",
      scripts: [PageScript.tables, PageScript.printing, PageScript.headToHead]
    ).render()
  }

  var title: String { record.suite.title.isEmpty ? record.suite.name : record.suite.title }

  private var warnings: Markup {
    tag("div", ["class": "warnings"]) {
      for warning in record.warnings {
        tag("p", ["class": "warning \(warning.severity.rawValue)", "role": "note"]) {
          tag("strong") { label(warning.severity) }
          " \(warning.text) "
          if TrustGuide.entry(of: warning.code) != nil {
            tag("a", ["href": "#" + TrustGuide.anchor(of: warning.code)]) { "What this means" }
          }
        }
      }
    }
  }

  private func label(_ severity: RunRecord.Warning.Severity) -> String {
    switch severity {
    case .note: "Note"
    case .caution: "Caution"
    case .invalid: "Invalid"
    }
  }

  /// The number that picks a subject's colour and marker in every drawing.
  func series(of subject: String) -> Int { record.subjects.firstIndex { $0.id == subject } ?? 0 }

  /// Which colour and marker belong to which subject.
  func legend(_ subjects: [RunRecord.Subject]) -> Markup {
    tag("ul", ["class": "legend"]) {
      for subject in subjects {
        tag("li", ["class": Marker.colorClass(series(of: subject.id))]) {
          tag("svg", ["viewBox": "0 0 34 14", "width": "34", "height": "14", "aria-hidden": "true"]) {
            SVG.line(1, 7, 33, 7, "curve", dash: Marker.dash(series(of: subject.id)))
            Marker.draw(series(of: subject.id), 17, 7)
          }
          tag("span") { subject.title }
        }
      }
    }
  }
}
