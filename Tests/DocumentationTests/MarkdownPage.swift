import Foundation

/// A page's fenced blocks.
struct MarkdownPage {
  struct Fence {
    let language: String
    let text: String
    /// Of the line that opens it, from 1.
    let line: Int
    /// Why it cannot run here, by a comment `<!-- needs: … -->` before it.
    let needs: String?

    /// What a person would type: all of a script, the lines after "$ " of a session.
    var script: String? {
      switch language {
      case "sh", "bash": text
      case "console":
        text.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { $0.dropFirst(2) }.joined(separator: "\n")
      default: nil
      }
    }

    /// Its commands as words, comments, redirections and what follows a pipe left out.
    var commands: [[String]] {
      let script = (script ?? "").replacingOccurrences(of: "\\\n", with: " ")
      return script.split(separator: "\n").flatMap { Self.commands(ofLine: String($0)) }
    }

    static func commands(ofLine line: String) -> [[String]] {
      var commands: [[String]] = [[]]
      var (word, quote, isWord): (String, Character?, Bool) = ("", nil, false)
      func isEnd(_ character: Character) -> Bool { character == " " || "|&;<>()".contains(character) }
      func close() {
        if isWord { commands[commands.count - 1].append(word) }
        (word, isWord) = ("", false)
      }
      for character in line {
        if let open = quote {
          if character == open { quote = nil } else { word.append(character) }
        } else if character == "'" || character == "\"" {
          (quote, isWord) = (character, true)
        } else if character == "#", !isWord {
          break
        } else if isEnd(character) {
          close()
          if character != " " { commands.append([]) }
        } else {
          word.append(character)
          isWord = true
        }
      }
      close()
      return commands.filter { !$0.isEmpty }
    }
  }

  let path: String
  let fences: [Fence]

  init(_ path: String) throws {
    self.path = path
    var fences: [Fence] = []
    var open: (mark: String, language: String, line: Int, needs: String?, lines: [Substring])?
    var needs: String?
    let lines = try Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let trimmed = line.drop { $0 == " " }
      if var fence = open {
        if trimmed.hasPrefix(fence.mark), trimmed.allSatisfy({ $0 == "`" || $0 == " " }) {
          fences.append(
            Fence(
              language: fence.language, text: fence.lines.joined(separator: "\n") + "\n", line: fence.line,
              needs: fence.needs))
          open = nil
        } else {
          fence.lines.append(line)
          open = fence
        }
      } else if trimmed.hasPrefix("```") {
        let mark = String(trimmed.prefix { $0 == "`" })
        open = (mark, String(trimmed.dropFirst(mark.count)), number + 1, needs, [])
        needs = nil
      } else if let match = trimmed.firstMatch(of: #/<!--\s*needs:\s*(.+?)\s*-->/#) {
        needs = String(match.1)
      } else if !trimmed.isEmpty {
        needs = nil
      }
    }
    self.fences = fences
  }
}
