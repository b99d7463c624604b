internal import GauntletKit
internal import Tensors

/// Triplets of picture files with votes.
struct PictureTriplets: TripletDataset {
  struct Item: Hashable, Sendable {
    /// Reference, first and second candidate; relative to the folder.
    let paths: [String]
    /// The share of votes for the second candidate.
    let vote: Float
    let name: String
  }

  let card: Card
  let pictures: PictureGroups
  private let items: [Item]

  init(_ card: Card, _ items: [Item], _ pictures: PictureGroups) {
    self.card = card
    self.items = items
    self.pictures = pictures
  }

  /// The pictures of items, with their votes as what is known of them.
  static func groups(_ items: [Item]) -> [PictureGroups.Group] {
    items.map { PictureGroups.Group(paths: $0.paths, label: "\($0.vote)") }
  }

  var images: ImageSpec { pictures.images }
  var count: Int { pictures.groups.count }

  func triplets(_ indices: [Int]) throws -> Triplets {
    let parts = try Explanation(plugin: card.id).of { try pictures.tensors(indices, places: [0, 1, 2]) }
    return Triplets(references: parts[0], first: parts[1], second: parts[2], votes: indices.map { items[$0].vote })
  }

  func name(of index: Int) -> String { items[index].name }

  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try Explanation(plugin: card.id).of { try pictures.forEachContent(body) }
  }
}
