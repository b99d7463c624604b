import Foundation
import Reports
import Testing

/// A page explains flags without Documentation/Trust.md: both must say the same.
struct TrustGuideTests {
  @Test func thePageSaysWhatTheDocumentationSays() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../Documentation/Trust.md")
    // What `check` asks of a defense comes behind, and is no matter of a page.
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let rows = lines.prefix { !$0.hasPrefix("# `gauntlet check`") }.compactMap { line -> [String]? in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return cells.count == 3 && cells[0].hasPrefix("`")
        ? cells.map { $0.replacingOccurrences(of: "`", with: "") } : nil
    }
    #expect(rows.count > 10)
    #expect(TrustGuide.entries.map { [$0.code, $0.sign, $0.meaning] } == rows)
  }
}
