import Foundation
import Testing

/// Every command of the documentation: those that need nothing foreign run, page by page, in a folder of the page's own;
/// the others are checked against what the commands say of themselves.
@Suite(.serialized) struct CommandTests {
  private static let pages = Repository.pages.filter { path in
    ((try? MarkdownPage(path).fences) ?? []).contains { $0.script != nil }
  }

  @Test func thereIsSomethingToRun() throws {
    let fences = try Self.pages.flatMap { try MarkdownPage($0).fences }.filter { $0.script != nil }
    #expect(fences.count { $0.needs == nil } >= 8)
    #expect(Self.pages.contains("README.md"))
  }

  @Test(arguments: pages) func commandsOfAPageRun(_ path: String) throws {
    let page = try MarkdownPage(path)
    let shell = try Shell()
    defer { shell.close() }
    for fence in page.fences where fence.needs == nil {
      guard let script = fence.script else { continue }
      let outcome = try shell.run(script)
      #expect(
        outcome.status == 0,
        "\(path):\(fence.line) ended with \(outcome.status):\n\(outcome.output.suffix(600))\(outcome.error.suffix(1200))"
      )
    }
  }

  @Test(arguments: pages) func commandsOfAPageAreKnown(_ path: String) throws {
    let vocabulary = try Vocabulary()
    for fence in try MarkdownPage(path).fences {
      for command in fence.commands {
        for mistake in try vocabulary.mistakes(in: command) {
          Issue.record("\(path):\(fence.line): \(command.joined(separator: " ")): \(mistake)")
        }
      }
    }
  }
}
