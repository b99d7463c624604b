internal import Foundation
internal import Results

extension HTMLReport {
  /// Clean, adversarial and amplified difference of the samples that were hurt most.
  var gallery: Section? {
    let cells = record.cells.filter { !$0.worst.isEmpty }
    guard !cells.isEmpty else { return nil }
    var left = pictureBudget
    var groups: [(title: String, cells: [RunRecord.Cell])] = []
    for cell in cells {
      let attack = cell.attack.flatMap { record.attack($0) }
      let dataset = record.dataset(cell.dataset)?.title ?? cell.dataset
      let title = "\(attack?.title ?? "natural") · \(attack.map { Format.threat($0.threat) } ?? "") · \(dataset)"
      if let index = groups.firstIndex(where: { $0.title == title }) {
        groups[index].cells.append(cell)
      } else {
        groups.append((title, [cell]))
      }
    }
    let blocks = groups.enumerated().map { index, group in
      tag("details", ["class": "strip-group", "open": index == 0 ? "" : nil]) {
        tag("summary") {
          tag("span") { group.title }
          tag("small") { Format.counted(group.cells.count, "subject") }
        }
        for cell in group.cells { strips(of: cell, left: &left) }
      }
    }
    return Section(
      "samples", "Worst samples",
      lead: "The samples that each attack hurt most. The difference is amplified about middle gray."
    ) { for block in blocks { block } }
  }

  private func strips(of cell: RunRecord.Cell, left: inout Int) -> Markup {
    var strips: [Markup] = []
    for sample in cell.worst { strips.append(strip(sample, cell, left: &left)) }
    let subject = record.subject(cell.subject)
    return tag("div", ["class": "strip-cell \(Marker.colorClass(series(of: cell.subject)))"]) {
      tag("h4") { tag("span", ["class": "who"]) { subject?.title ?? cell.subject } }
      tag("div", ["class": "strips"]) { for strip in strips { strip } }
    }
  }

  private func strip(_ sample: RunRecord.Sample, _ cell: RunRecord.Cell, left: inout Int) -> Markup {
    let measure = cell.measures.first { $0.name == sample.measure }
    let unit = measure?.unit ?? .plain
    let name = sample.title.isEmpty ? "sample \(sample.sample)" : sample.title
    let shown =
      [
        ("clean", sample.clean), ("adversarial", sample.adversarial),
        ("difference ×\(Format.plain(sample.amplification))", sample.difference),
      ] + sample.context.map { ($0.title, $0.path) }
    let isSmall = (record.dataset(cell.dataset)?.image.width ?? 0) < 160
    var figures: [Markup] = []
    for (title, path) in shown {
      let source = embedded(path, left: &left)
      figures.append(
        tag("figure") {
          if let source {
            tag("img", ["src": source, "alt": "\(title): \(name)", "class": isSmall ? "pixels" : nil])
          } else {
            tag("div", ["class": "no-picture"]) { "not embedded: \(path)" }
          }
          tag("figcaption") { title }
        })
    }
    return tag("div", ["class": "strip"]) {
      tag("div", ["class": shown.count == 4 ? "pictures four" : "pictures"]) { for figure in figures { figure } }
      tag("p", ["class": "strip-caption"]) {
        tag("b") { name }
        " \(measure?.title ?? sample.measure) "
        tag("span", ["class": "change"]) {
          "\(Format.value(sample.before, unit)) → \(Format.value(sample.after, unit))"
        }
        if let norm = sample.norm { tag("small") { " · norm \(Format.plain(norm))" } }
        for flag in sample.flags { tag("span", ["class": "flag"]) { flag } }
      }
    }
  }

  /// A PNG as a data URI; nil if there is none, if it is something else, or if the page is full.
  private func embedded(_ path: String, left: inout Int) -> String? {
    guard left > 0, let data = picture(path), data.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
      data.count <= left
    else { return nil }
    left -= data.count
    return "data:image/png;base64," + data.base64EncodedString()
  }
}
