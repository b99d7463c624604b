public import Foundation
public import Results

/// A run as one self-contained HTML page: styles, drawings and pictures are inside, and nothing is fetched from anywhere.
///
/// Light and dark follow the reader's system; the page prints, and reads at the width of a phone. Tables can be sorted;
/// without JavaScript they merely cannot.
public struct HTMLReport {
  let record: RunRecord
  let sheet: ScoreSheet
  let picture: (String) -> Data?
  let pictureBudget: Int

  /// - Parameters:
  ///   - record: the run.
  ///   - pictureBudget: bytes of pictures that the page may hold: the worst samples of all cells come first.
  ///   - picture: the bytes of a PNG file, by the relative path that a sample gives; nil if there is none. Bytes that are not
  ///     PNG are left out.
  public init(_ record: RunRecord, pictureBudget: Int = 1_500_000, picture: @escaping (String) -> Data?) {
    self.record = record
    self.sheet = ScoreSheet(record)
    self.picture = picture
    self.pictureBudget = pictureBudget
  }

  /// The page. Equal records and pictures give equal bytes.
  public func render() -> String {
    let sections: [Section?] = [
      headline, components, curves, certificates, training, gallery, cells, scores, definitions, settings,
    ]
    let present = sections.compactMap { $0 }
    let body = tag("body") {
      tag("a", ["class": "skip", "href": "#content"]) { "Skip to the results" }
      masthead
      navigation(present)
      tag("main", ["id": "content"]) {
        warnings
        for section in present { section.markup }
      }
      tag("footer") {
        "Written by gauntlet \(record.versions.gauntlet) from \(record.schema). Intervals as stated beside each score; "
        "ε in pixel units of [0, 1]."
      }
      tag("script") { Markup.verbatim(HTMLReport.script) }
    }
    return "<!DOCTYPE html>\n" + tag("html", ["lang": "en"], { head + body }).html + "\n"
  }

  /// A part of the page with its entry in the navigation.
  struct Section {
    let id: String
    let title: String
    let markup: Markup

    init(_ id: String, _ title: String, lead: String? = nil, @MarkupBuilder _ content: () -> Markup) {
      self.id = id
      self.title = title
      let content = content()
      markup = tag("section", ["id": id, "aria-labelledby": "\(id)-title"]) {
        tag("h2", ["id": "\(id)-title"]) { title }
        if let lead { tag("p", ["class": "lead"]) { lead } }
        content
      }
    }
  }

  var title: String { record.suite.title.isEmpty ? record.suite.name : record.suite.title }

  private var head: Markup {
    tag("head") {
      tag("meta", ["charset": "utf-8"])
      tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      tag("meta", ["name": "color-scheme", "content": "light dark"])
      // The page promises to fetch nothing; the browser holds it to that.
      tag(
        "meta",
        [
          "http-equiv": "Content-Security-Policy",
          "content":
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'",
        ])
      tag("title") { "\(title) · Gauntlet" }
      tag("style") { Markup.verbatim(HTMLReport.style) }
    }
  }

  private func navigation(_ sections: [Section]) -> Markup {
    tag("nav", ["aria-label": "Sections"]) {
      tag("ul") {
        for section in sections { tag("li") { tag("a", ["href": "#" + section.id]) { section.title } } }
      }
    }
  }

  private var warnings: Markup {
    tag("div", ["class": "warnings"]) {
      for warning in record.warnings {
        tag("p", ["class": "warning \(warning.severity.rawValue)", "role": "note"]) {
          tag("strong") { label(warning.severity) }
          " \(warning.text)"
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

  /// A drawing in a box that scales, with the words for those who cannot see it.
  func figure(_ caption: String, note: String? = nil, _ drawing: Markup) -> Markup {
    tag("figure", ["class": "chart"]) {
      tag("figcaption") {
        caption
        if let note { tag("small") { note } }
      }
      drawing
    }
  }

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

func + (left: Markup, right: Markup) -> Markup { .joined([left, right]) }
