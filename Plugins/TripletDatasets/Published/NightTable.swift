/// The rows of data.csv.
struct NightTable {
  private let table: TableFile

  /// In the order of their positions.
  private static let columns = [
    "id", "left_vote", "right_vote", "votes", "ref_path", "left_path", "right_path", "split", "is_imagenet",
  ]
  /// Those that must be named if any of them is.
  private static let named = Array(columns[2...6])

  /// A row begins with numbers; a header does not.
  static func isHeader(_ fields: [String]) -> Bool {
    fields.contains { columns.contains($0.lowercased()) } || fields.count < 4 || Double(fields[3]) == nil
  }

  init(_ table: TableFile) { self.table = table }

  /// The rows of a split with enough votes.
  /// - Throws: `TripletDatasetError`.
  func items(_ part: Night.Part, votes: Int) throws -> [PictureTriplets.Item] {
    let places = try places(part)
    var items: [PictureTriplets.Item] = []
    for row in table.rows {
      func column(_ name: String) -> Int { places[name] ?? 0 }
      let split = try table.text(row, column("split"), "split").lowercased()
      guard ["train", "val", "test"].contains(split) else {
        throw table.bad(row, "the split '\(split.prefix(40))'", "train, val or test")
      }
      let count = try table.number(row, column("votes"), "votes", in: 0...1_000_000)
      guard split == part.split, count >= Double(votes) else { continue }
      if let wanted = part.isImageNet,
        try table.flag(row, column("is_imagenet"), "is_imagenet") != wanted
      {
        continue
      }
      let vote = try table.number(row, column("right_vote"), "right_vote", in: 0...1)
      let paths = try ["ref_path", "left_path", "right_path"].map {
        try table.path(row, column($0), $0, below: "the dataset's folder")
      }
      items.append(PictureTriplets.Item(paths: paths, vote: Float(vote), name: paths[0]))
    }
    guard !items.isEmpty else {
      throw TripletDatasetError.nothingLeft(
        file: table.path, rows: table.rows.count, wanted: "the split \(part.rawValue) and at least \(votes) votes")
    }
    return items
  }

  /// Where each column is.
  private func places(_ part: Night.Part) throws -> [String: Int] {
    var places = Dictionary(uniqueKeysWithValues: NightTable.columns.enumerated().map { ($1, $0) })
    guard table.header != nil else { return places }
    // These are taken by name even where the rest is taken by position.
    try table.require(["split"] + (part.isImageNet == nil ? [] : ["is_imagenet"]))
    let known = NightTable.named.filter { table.column($0) != nil }
    if !known.isEmpty { try table.require(NightTable.named) }
    for name in NightTable.columns {
      if let place = table.column(name) { places[name] = place }
    }
    return places
  }
}
