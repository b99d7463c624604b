/// A part of a page with its entry in the navigation.
struct PageSection {
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

/// A self-contained page: a head that forbids the network, a way to skip to the content, a navigation, sections.
struct Page {
  let title: String
  let masthead: Markup
  var notices = Markup.nothing
  let sections: [PageSection]
  let footer: String
  var scripts = [PageScript.tables, PageScript.printing]

  func render() -> String {
    let body = tag("body") {
      tag("a", ["class": "skip", "href": "#content"]) { "Skip to the results" }
      masthead
      navigation
      tag("main", ["id": "content"]) {
        notices
        for section in sections { section.markup }
      }
      tag("footer") { footer }
      tag("script") {
        Markup.verbatim("\"use strict\";\n")
        for script in scripts {
          Markup.verbatim("(() => {\n")
          Markup.verbatim(script)
          Markup.verbatim("\n})();\n")
        }
      }
    }
    return "<!DOCTYPE html>\n" + tag("html", ["lang": "en"], { head + body }).html + "\n"
  }

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
      tag("style") {
        Markup.verbatim(PageStyle.base)
        Markup.verbatim("\n")
        Markup.verbatim(PageStyle.charts)
        Markup.verbatim("\n")
        Markup.verbatim(PageStyle.parts)
      }
    }
  }

  private var navigation: Markup {
    tag("nav", ["aria-label": "Sections"]) {
      tag("ul") {
        for section in sections { tag("li") { tag("a", ["href": "#" + section.id]) { section.title } } }
      }
    }
  }
}
