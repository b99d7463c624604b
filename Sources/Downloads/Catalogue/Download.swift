/// A dataset or a set of weights that may be fetched: files, who may use them, and what to do when they are there.
public struct Download: Sendable, Equatable, Codable {
  /// How the command line names it, and the folder that its files go into.
  public let id: String
  public let title: String
  /// The terms, in words; "not stated" where the publication says nothing.
  public let licence: String
  /// Where it was published.
  public let reference: String
  /// What to do with the files: unpack them, and which setting of which plugin takes them.
  public let use: String
  public let files: [RemoteFile]

  public init(
    id: String, title: String, licence: String, reference: String, use: String, files: [RemoteFile]
  ) {
    self.id = id
    self.title = title
    self.licence = licence
    self.reference = reference
    self.use = use
    self.files = files
  }
}
