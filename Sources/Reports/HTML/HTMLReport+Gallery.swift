internal import Foundation
internal import Results

extension HTMLReport {
  /// Clean, adversarial and amplified difference of the samples that were hurt most.
  var gallery: Section? {
    let cells = record.cells.filter { !$0.worst.isEmpty }
    guard !cells.isEmpty else { return nil }
    let sources = embedded(cells)
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
    let left = cells.reduce(0) { $0 + $1.worst.count { !$0.paths.allSatisfy { sources[$0] != nil } } }
    let blocks = groups.enumerated().map { index, group in
      tag("details", ["class": "strip-group", "open": index == 0 ? "" : nil]) {
        tag("summary") {
          tag("span") { group.title }
          tag("small") { Format.counted(group.cells.count, "subject") }
        }
        for cell in group.cells { strips(of: cell, sources) }
      }
    }
    return Section(
      "samples", "Worst samples",
      lead: "The samples that each attack hurt most. The difference is amplified about middle gray."
        + (left > 0 ? " \(Format.counted(left, "more sample")) and their pictures are in the folder of the run." : "")
    ) { for block in blocks { block } }
  }

  private func strips(of cell: RunRecord.Cell, _ sources: [String: String]) -> Markup {
    let shown = cell.worst.filter { $0.paths.allSatisfy { sources[$0] != nil } }
    guard !shown.isEmpty else { return .nothing }
    let strips = shown.map { strip($0, cell, sources) }
    let subject = record.subject(cell.subject)
    return tag("div", ["class": "strip-cell \(Marker.colorClass(series(of: cell.subject)))"]) {
      tag("h4") { tag("span", ["class": "who"]) { subject?.title ?? cell.subject } }
      tag("div", ["class": "strips"]) { for strip in strips { strip } }
    }
  }

  private func strip(_ sample: RunRecord.Sample, _ cell: RunRecord.Cell, _ sources: [String: String]) -> Markup {
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
      // The clean picture of a sample also stands for it elsewhere on the page.
      let isClean = path == sample.clean
      figures.append(
        tag("figure") {
          tag(
            "img",
            [
              "src": sources[path], "alt": "\(title): \(name)", "class": isSmall ? "pixels" : nil,
              "data-set": isClean ? cell.dataset : nil, "data-sample": isClean ? "\(sample.sample)" : nil,
            ])
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
        for flag in sample.flags { flagLink(flag) }
      }
    }
  }

  /// Paths as data URIs, as far as the page has room: the worst sample of every cell, then the second of every cell …
  ///
  /// A sample is there with all of its pictures or with none; what is no PNG is not there.
  private func embedded(_ cells: [RunRecord.Cell]) -> [String: String] {
    var left = pictureBudget
    var sources: [String: String] = [:]
    for place in 0..<(cells.map(\.worst.count).max() ?? 0) {
      for cell in cells where place < cell.worst.count {
        let paths = cell.worst[place].paths
        let pictures = paths.compactMap { path in
          picture(path).flatMap { $0.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? $0 : nil }
        }
        let size = pictures.reduce(0) { $0 + $1.count }
        guard pictures.count == paths.count, size <= left else { continue }
        left -= size
        for (path, data) in zip(paths, pictures) {
          sources[path] = "data:image/png;base64," + data.base64EncodedString()
        }
      }
    }
    return sources
  }
}

extension RunRecord.Sample {
  fileprivate var paths: [String] { [clean, adversarial, difference] + context.map(\.path) }
}
