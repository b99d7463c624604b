internal import FileFormats
internal import GauntletKit
internal import Pictures

/// Triplets that somebody lists in a table of their own.
enum CSVTriplets {
  static let card = Card(
    id: "triplets-csv", version: "1", title: "Triplets of a table",
    definition:
      "A CSV file with a first line that names its columns: reference, first and second (paths of pictures), and "
      + "vote (the share of people who find the second closer, 0 to 1) or winner (first, second or tie); name may be "
      + "there too. Other columns are ignored",
    reference: "the truth is the table's")

  static let settings =
    [
      Setting("path", .path, default: nil, help: "the CSV file"),
      Setting("root", .path, default: "", help: "the folder that paths are relative to; empty: the CSV file's own"),
    ] + PictureGroups.settings(size: 64, fitting: .exact, filter: .bicubic)

  /// Reads the table, and looks for every picture; decodes nothing.
  /// - Throws: `PluginError.unusable`.
  static func dataset(_ settings: SettingValues) throws -> any Dataset {
    try Explanation(plugin: card.id).of {
      let path = settings.text("path")
      let own = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
      let folder = Folder(settings.text("root").isEmpty ? own : settings.text("root"))
      let items = try items(try TableFile(contentsOf: path) { _ in true }, folder)
      let pictures = PictureGroups(folder, PictureTriplets.groups(items), settings)
      try pictures.checkFiles(
        listedIn: path, source: "paths are relative to that folder, or to the one that root= names")
      return PictureTriplets(card, items, pictures)
    }
  }

  private static func items(_ table: TableFile, _ folder: Folder) throws -> [PictureTriplets.Item] {
    let names = table.header?.map { $0.lowercased() } ?? []
    if let twice = names.first(where: { name in !name.isEmpty && names.filter { $0 == name }.count > 1 }) {
      throw TripletDatasetError.badRow(
        file: table.path, line: 1, got: "two columns called \(twice)", expected: "each name once")
    }
    let votes = (table.column("vote"), table.column("winner"))
    let truth = votes.0 == nil && votes.1 == nil ? ["vote (or winner)"] : []
    let columns = ["reference", "first", "second"]
    try table.require(columns.filter { table.column($0) == nil } + truth)
    guard votes.0 == nil || votes.1 == nil else {
      throw TripletDatasetError.badRow(
        file: table.path, line: 1, got: "both vote and winner", expected: "one of the two columns")
    }
    guard !table.rows.isEmpty else {
      throw TripletDatasetError.nothingLeft(file: table.path, rows: 0, wanted: "a triplet")
    }
    return try table.rows.map { row in
      guard row.fields.count == names.count else {
        throw table.bad(row, "\(row.fields.count) fields", "\(names.count), as many as the first line names")
      }
      let paths = try columns.map { name in
        try table.path(row, table.column(name) ?? 0, name, below: folder.path)
      }
      let vote =
        if let column = votes.0 {
          try table.number(row, column, "vote", in: 0...1)
        } else { try winner(table, row, votes.1 ?? 0) }
      let name = table.column("name").map { row.fields[$0] } ?? ""
      return PictureTriplets.Item(paths: paths, vote: Float(vote), name: name.isEmpty ? paths[0] : name)
    }
  }

  /// The share of votes that a winner stands for.
  private static func winner(_ table: TableFile, _ row: TableFile.Row, _ column: Int) throws -> Double {
    let text = try table.text(row, column, "winner")
    switch text.lowercased() {
    case "first": return 0
    case "second": return 1
    case "tie": return 0.5
    default: throw table.bad(row, "the winner '\(text.prefix(40))'", "first, second or tie")
    }
  }
}
