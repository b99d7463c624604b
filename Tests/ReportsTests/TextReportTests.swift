import Foundation
import Reports
import Results
import Testing

@Suite struct TextReportTests {
  @Test func terminalTableFitsItsWidth() {
    for width in [60, 80, 140] {
      let lines = TerminalReport(Fixture.record(), width: width).render().components(separatedBy: "\n")
      let table = lines.filter { $0.hasPrefix("  ") }
      #expect(table.allSatisfy { $0.count <= max(width, 76) }, "width \(width)")
      #expect(table.contains { $0.contains("ACT, ε 8/255") && $0.contains("50.7") })
    }
    #expect(TerminalReport(Fixture.record(), width: 140).render().contains("[47.7, 53.5]"))
    #expect(!TerminalReport(Fixture.record(), width: 80).render().contains("[47.7, 53.5]"))
  }

  @Test func terminalTableTellsWarningsFailuresAndCollapse() {
    let text = TerminalReport(Fixture.record()).render()
    #expect(text.contains("caution: ACT, ε 16/255 has collapsed"))
    #expect(text.contains("ACT, ε 16/255 (collapsed)"))
    #expect(text.contains("failed"))
  }

  @Test func terminalIsNotDrivenByNames() {
    var record = Fixture.record()
    record.subjects[0].title = "\u{1B}[31mred\u{7}"
    let text = TerminalReport(record).render()
    #expect(!text.contains("\u{1B}") && !text.contains("\u{7}") && text.contains("[31mred"))
  }

  @Test func markdownHoldsHeadlineAndOrigin() {
    let text = MarkdownReport(Fixture.record()).render()
    #expect(text.contains("| ACT, ε 8/255 | 61.4 [58.4, 64.2] | 31.2 "))
    #expect(text.contains("### ERS by attack: Shapes"))
    #expect(text.contains("**Caution**"))
    #expect(text.contains("    gauntlet run Suites/quickstart.yaml --out runs/quickstart"))
    let rows = text.components(separatedBy: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count > 20)
  }

  @Test func markdownTablesKeepTheirColumns() {
    var record = Fixture.record()
    for i in record.subjects.indices { record.subjects[i].title = "a|b\n<script>`*\(i)" }
    let text = MarkdownReport(record).render()
    #expect(!text.contains("<script>"))
    var width: Int?
    for line in text.components(separatedBy: "\n") {
      guard line.hasPrefix("|") else {
        width = nil
        continue
      }
      let columns = line.replacingOccurrences(of: "\\|", with: "").filter { $0 == "|" }.count
      #expect(width == nil || width == columns, "\(line)")
      width = columns
    }
  }

  @Test func csvHasARowForEveryScore() throws {
    let lines = CSVReport(Fixture.record()).scores().components(separatedBy: "\r\n")
    #expect(lines.count == Fixture.scores.count + 2)
    #expect(lines[0].hasPrefix("subject,dataset,attack,norm,epsilon,score,value,low,high,level,method,n,"))
    let ers = try #require(Fixture.scores.last { $0.subject == "act" && $0.name == ScoreName.ers })
    let expected = "act,shapes,,linf,0.03137254901960784,ers,\(ers.value),"
    #expect(lines.contains { $0.hasPrefix(expected) }, "\(lines.filter { $0.contains(",ers,") })")
  }

  @Test func csvQuotesWhatNeedsIt() {
    var record = Fixture.record()
    record.cells[record.cells.count - 1].status = .failed("a \"b\", c\nd")
    let text = CSVReport(record).measures()
    #expect(text.contains(",\"a \"\"b\"\", c\nd\","))
    // Every row has as many fields as the head.
    let head = text.components(separatedBy: "\r\n")[0].components(separatedBy: ",").count
    let plain = CSVReport(Fixture.record()).measures().components(separatedBy: "\r\n").filter { !$0.contains("\"") }
    #expect(plain.dropLast().allSatisfy { $0.components(separatedBy: ",").count == head })
  }
}
