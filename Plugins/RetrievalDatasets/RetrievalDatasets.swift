public import GauntletKit

/// Datasets of labelled pictures in files: `image-folder`, and the published `cub`, `cars`, `sop`, `mnist`,
/// `fashion-mnist` and `kmnist`.
public enum RetrievalDatasets {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.datasets.register(Plugin(ImageFolder.card, settings: ImageFolder.settings) { try ImageFolder($0) })
    for publication in [Publication.birds, .cars, .products] {
      try registry.datasets.register(
        Plugin(publication.card, settings: PublishedPictures.settings(of: publication)) {
          try PublishedPictures(publication, $0)
        })
    }
    for kind in [Digits.Kind.mnist, .fashion, .kuzushiji] {
      try registry.datasets.register(Plugin(kind.card, settings: Digits.settings(of: kind)) { try Digits(kind, $0) })
    }
  }
}
