/// A small reader of the markup that a page is made of: what is open must be closed, in order; text holds no stray
/// angle.
enum TagBalance {
  /// The first thing that is wrong, or nil. `visit` is told every tag with its attributes.
  static func fault(in html: String, visit: (String, [String: String]) -> Void = { _, _ in }) -> String? {
    let void: Set<String> = ["meta", "img", "input", "br", "hr"]
    var open: [String] = []
    var rest = Substring(html)
    if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst("<!DOCTYPE html>".count) }
    while let start = rest.firstIndex(of: "<") {
      if rest[..<start].contains(">") && open.last != "style" && open.last != "script" {
        return "a stray > before \(rest[start...].prefix(40))"
      }
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: ">") else { return "a tag without end: \(rest.prefix(40))" }
      let tag = rest[..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { return "<\(tag)> closes nothing; open: \(open)" }
        continue
      }
      let name = String(tag.prefix { $0.isLetter || $0.isNumber })
      guard let attributes = attributes(tag.dropFirst(name.count)) else { return "bad attributes in <\(tag)>" }
      visit(name, attributes)
      if void.contains(name) { continue }
      open.append(name)
      if name == "style" || name == "script" {
        // Raw text: up to its own end tag.
        guard let close = rest.range(of: "</\(name)>") else { return "<\(name)> without end" }
        rest = rest[close.lowerBound...]
      }
    }
    return open.isEmpty ? nil : "never closed: \(open)"
  }

  private static func attributes(_ text: Substring) -> [String: String]? {
    var result: [String: String] = [:]
    var rest = text
    while !rest.isEmpty {
      guard rest.first == " " else { return nil }
      rest = rest.dropFirst()
      let name = rest.prefix { $0 != "=" && $0 != " " && $0 != "\"" }
      rest = rest.dropFirst(name.count)
      guard !name.isEmpty, rest.hasPrefix("=\""), result[String(name)] == nil else { return nil }
      rest = rest.dropFirst(2)
      guard let quote = rest.firstIndex(of: "\"") else { return nil }
      result[String(name)] = String(rest[..<quote])
      rest = rest[rest.index(after: quote)...]
    }
    return result
  }
}
