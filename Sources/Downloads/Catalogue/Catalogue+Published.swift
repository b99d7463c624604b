extension Catalogue {
  /// Everything that this program knows how to get.
  ///
  /// No hash in it is ours to promise: each says who pinned it, and a file without one is pinned by its first fetch.
  /// - Throws: `DownloadError.badCatalogue`, which a test excludes.
  public static func published() throws -> Catalogue {
    try Catalogue(tripletDatasets + retrievalDatasets + weights + dreamSim)
  }
}

extension Download {
  /// Addresses below one folder of the web.
  static func addresses(_ folders: [String], _ name: String) -> [String] { folders.map { "\($0)/\(name)" } }
}
