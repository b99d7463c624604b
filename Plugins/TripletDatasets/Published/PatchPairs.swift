internal import GauntletKit
internal import Pictures
internal import Tensors

/// BAPPS's just-noticeable differences: pairs of patches, and the share of people who took them for the same.
struct PatchPairs: PairDataset {
  static let card = Card(
    id: "bapps-jnd", version: "1", title: "BAPPS, just-noticeable differences",
    definition: "Two patches of 64 × 64 pixels, shown briefly one after the other; the share of people (of 3) who took "
      + "them for the same. A metric's score is the average precision of −distance, the mean over the subsets",
    reference: "Zhang et al., The unreasonable effectiveness of deep features as a perceptual metric, CVPR 2018")

  private static let known = ["traditional", "cnn"]

  private static let folders = PatchFolders(
    kind: "jnd", parts: ["p0", "p1"], judgements: "same", source: PatchFolders.source)

  static let settings =
    [
      Setting(
        "path", .path, default: nil,
        help: "the folder with jnd, or the one of its split val; get \(PatchFolders.source)"),
      Setting("subset", .text, default: "all", help: "comma list of \(known.joined(separator: ", "))"),
    ] + PictureGroups.settings(size: 64, fitting: .shorterCrop, filter: .bilinear)

  private let items: [PatchFolders.Item]
  private let pictures: PictureGroups

  /// Reads every judgement, and looks for every picture; decodes none.
  /// - Throws: `PluginError.unusable`.
  init(_ settings: SettingValues) throws {
    (items, pictures) = try Explanation(plugin: PatchPairs.card.id).of {
      let subsets = try Subsets.chosen(settings.text("subset"), all: PatchPairs.known, known: PatchPairs.known)
      let root = try PatchPairs.folders.root(settings.text("path"), split: "val", subsets: PatchPairs.known)
      let items = try PatchPairs.folders.items(root, subsets: subsets)
      let groups = items.map { PictureGroups.Group(paths: $0.paths, label: "\($0.judgement)") }
      return (items, PictureGroups(root, groups, settings))
    }
  }

  var card: Card { PatchPairs.card }
  var images: ImageSpec { pictures.images }
  var count: Int { pictures.groups.count }

  func pairs(_ indices: [Int]) throws -> Pairs {
    let parts = try Explanation(plugin: card.id).of { try pictures.tensors(indices, places: [0, 1]) }
    return Pairs(first: parts[0], second: parts[1], same: indices.map { items[$0].judgement })
  }

  func group(of index: Int) -> String { items[index].subset }
  func name(of index: Int) -> String { items[index].name }

  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try Explanation(plugin: card.id).of { try pictures.forEachContent(body) }
  }
}
