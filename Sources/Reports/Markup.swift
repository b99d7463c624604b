/// A piece of HTML or SVG. It is made of tags and text only, and text is always escaped: no name of a run can break
/// out.
struct Markup: Sendable {
  let html: String

  private init(html: String) { self.html = html }

  static let nothing = Markup(html: "")

  /// Text, escaped.
  static func text(_ text: String) -> Markup { Markup(html: escaped(text)) }

  /// Text of our own that is not markup to the browser either: the content of `style` and `script`.
  static func verbatim(_ text: StaticString) -> Markup { Markup(html: "\(text)") }

  /// Data for the page's own scripts: JSON with every character escaped that could end the element or start another.
  static func data(_ json: String, id: String) -> Markup {
    var text = ""
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<", ">", "&", "'", "\u{2028}", "\u{2029}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return Markup(html: "<script type=\"application/json\" id=\"\(escaped(id))\">\(text)</script>")
  }

  static func joined(_ parts: [Markup]) -> Markup { Markup(html: parts.map(\.html).joined()) }

  /// A tag with its content. Attributes that are nil are left out, the others escaped.
  static func tag(_ name: StaticString, _ attributes: KeyValuePairs<String, String?>, _ content: Markup) -> Markup {
    var html = "<\(name)"
    for (key, value) in attributes {
      if let value { html += " \(key)=\"\(escaped(value))\"" }
    }
    html += ">"
    if !voidTags.contains("\(name)") { html += content.html + "</\(name)>" }
    return Markup(html: html)
  }

  private static let voidTags: Set<String> = ["meta", "img", "input", "br", "hr"]

  /// The text with the five special characters escaped, and without the control characters that HTML forbids.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
      // Directional overrides would let a name rearrange the text around it.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

func + (left: Markup, right: Markup) -> Markup { .joined([left, right]) }

/// Collects pieces of markup; a string is text.
@resultBuilder
enum MarkupBuilder {
  static func buildExpression(_ markup: Markup) -> Markup { markup }
  static func buildExpression(_ text: String) -> Markup { .text(text) }
  static func buildBlock(_ parts: Markup...) -> Markup { .joined(parts) }
  static func buildOptional(_ part: Markup?) -> Markup { part ?? .nothing }
  static func buildEither(first: Markup) -> Markup { first }
  static func buildEither(second: Markup) -> Markup { second }
  static func buildArray(_ parts: [Markup]) -> Markup { .joined(parts) }
}

/// A tag with its content.
func tag(
  _ name: StaticString, _ attributes: KeyValuePairs<String, String?> = [:],
  @MarkupBuilder _ content: () -> Markup = { .nothing }
) -> Markup { .tag(name, attributes, content()) }
