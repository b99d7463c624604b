internal import GauntletKit
internal import Pictures
internal import Tensors

/// THINGS's odd-one-out judgements: three pictures, of which people took the third for the odd one.
///
/// Each row is also two questions of two alternatives: from the first picture and from the second, is the other one of
/// the pair nearer than the odd one? A row is right if both are, where no two distances are equal.
struct Trios: TripletDataset, OddOneOutDataset {
  static let card = Card(
    id: "things", version: "1", title: "THINGS, odd one out",
    definition:
      "Three pictures of objects a, b, c, of which people took c for the odd one. Asked as two questions a row: "
      + "is b nearer to a than c is, and is a nearer to b than c is? The odd-one-out answer is right where both are",
    reference: "Hebart et al., Revealing the multidimensional mental representations of natural objects, Nature Human "
      + "Behaviour 2020; as a test of metrics: Sundaram et al., NeurIPS 2024")

  static let source =
    "THINGS's pictures and its list of validation triplets as `gauntlet data fetch things` says, and unpack them"

  static let settings =
    [
      Setting("path", .path, default: nil, help: "the folder of the pictures; get \(source)"),
      Setting(
        "triplets", .path, default: "",
        help:
          "a text file with three names in each line, the odd one last, with or without .png, .jpg or .jpeg; empty: "
          + "things_valset.txt in the folder"),
    ] + PictureGroups.settings(size: 224, fitting: .exact, filter: .bicubic)

  /// One group a row.
  private let pictures: PictureGroups

  /// Reads the list, and looks for every picture; decodes nothing.
  /// - Throws: `PluginError.unusable`.
  init(_ settings: SettingValues) throws {
    pictures = try Explanation(plugin: Trios.card.id).of {
      let folder = Folder(settings.text("path"))
      let given = settings.text("triplets")
      let standard = "things_valset.txt"
      if given.isEmpty, try !folder.listing().files.contains(standard) {
        throw TripletDatasetError.missing(folder: folder.path, what: standard, source: Trios.source)
      }
      let list = try TrioList(contentsOf: given.isEmpty ? folder.appending(standard) : given)
      let groups = list.groups(in: folder)
      let pictures = PictureGroups(folder, groups, settings)
      try pictures.checkFiles(listedIn: list.path, source: "get \(Trios.source)")
      return pictures
    }
  }

  var card: Card { Trios.card }
  var images: ImageSpec { pictures.images }
  var trioCount: Int { pictures.groups.count }
  var count: Int { 2 * trioCount }

  func trios(_ indices: [Int]) throws -> OddOneOutTrios {
    let parts = try Explanation(plugin: card.id).of { try pictures.tensors(indices, places: [0, 1, 2]) }
    return OddOneOutTrios(first: parts[0], second: parts[1], odd: parts[2])
  }

  /// Question 2k goes from a, and b comes first; question 2k + 1 goes from b, and a comes second.
  func triplets(_ indices: [Int]) throws -> Triplets {
    precondition(indices.allSatisfy { $0 >= 0 && $0 < count }, "\(indices) wanted of \(count)")
    let trios = try trios(indices.map { $0 / 2 })
    func chosen(_ even: Tensor, _ odd: Tensor) -> Tensor {
      Tensor(concatenating: indices.enumerated().map { place, index in (index % 2 == 0 ? even : odd).rows([place]) })
    }
    return Triplets(
      references: chosen(trios.first, trios.second), first: chosen(trios.second, trios.odd),
      second: chosen(trios.odd, trios.first), votes: indices.map { $0 % 2 == 0 ? 0 : 1 })
  }

  func name(ofTrio index: Int) -> String { pictures.groups[index].paths.joined(separator: " ") }

  func name(of index: Int) -> String {
    let paths = pictures.groups[index / 2].paths
    return "\(paths[index % 2]): \(paths[1 - index % 2]) against \(paths[2])"
  }

  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try Explanation(plugin: card.id).of { try pictures.forEachContent(body) }
  }
}
