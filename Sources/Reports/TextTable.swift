/// Rows of text in aligned columns, the first to the left and the others to the right.
struct TextTable {
  var header: [String]
  var rows: [[String]]

  func lines(indent: String = "", gap: String = "  ") -> [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { index, cell in
        let padding = String(repeating: " ", count: widths[index] - cell.count)
        return index == 0 ? cell + padding : padding + cell
      }
      return indent + trimmed(padded.joined(separator: gap))
    }
    let rule = indent + widths.map { String(repeating: "─", count: $0) }.joined(separator: gap)
    return [line(header), rule] + rows.map(line)
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
