internal import GauntletKit
internal import Pictures

/// BAPPS's two-alternative part: patches with two distorted versions, and the share of people who preferred the second.
enum Patches {
  static let card = Card(
    id: "bapps", version: "1", title: "BAPPS, two alternatives",
    definition: "A patch of 64 × 64 pixels and two distorted ones; the share of votes for the second is the truth (2 "
      + "votes in train, 5 in val), and a metric's credit is the share that agrees with it",
    reference: "Zhang et al., The unreasonable effectiveness of deep features as a perceptual metric, CVPR 2018")

  /// Of the split val.
  private static let published = ["traditional", "cnn", "superres", "deblur", "color", "frameinterp"]
  /// Of the split train.
  private static let forTraining = ["traditional", "cnn", "mix"]
  private static let known = published + ["mix"]

  private static let folders = PatchFolders(
    kind: "2afc", parts: ["ref", "p0", "p1"], judgements: "judge", source: PatchFolders.source)

  static let settings =
    [
      Setting(
        "path", .path, default: nil, help: "the folder with 2afc, or the one of a split; get \(PatchFolders.source)"),
      Setting("split", .choice(["val", "train"]), default: "val", help: "the published scores are of val"),
      Setting(
        "subset", .text, default: "all",
        help: "comma list of \(known.joined(separator: ", ")); all: the six of val, or traditional, cnn, mix of train"),
    ] + PictureGroups.settings(size: 64, fitting: .shorterCrop, filter: .bilinear)

  /// Reads every judgement, and looks for every picture; decodes none.
  /// - Throws: `PluginError.unusable`.
  static func dataset(_ settings: SettingValues) throws -> any Dataset {
    try Explanation(plugin: card.id).of {
      let split = settings.text("split")
      let subsets = try Subsets.chosen(
        settings.text("subset"), all: split == "train" ? forTraining : published, known: known)
      let root = try folders.root(settings.text("path"), split: split, subsets: known)
      let items = try folders.items(root, subsets: subsets).map {
        PictureTriplets.Item(paths: $0.paths, vote: $0.judgement, name: $0.name)
      }
      return PictureTriplets(card, items, PictureGroups(root, PictureTriplets.groups(items), settings))
    }
  }
}
