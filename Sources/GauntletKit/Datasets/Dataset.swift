public import Tensors

/// Pictures and what is known of them. Refined by `TripletDataset` and `RetrievalDataset`.
public protocol Dataset: Sendable {
  var card: Card { get }
  /// The size of every image that it gives.
  var images: ImageSpec { get }
  /// Hands over every byte that decides the pixels and labels and is not in the settings: the files' contents and names.
  /// A procedural dataset hands over nothing. The harness hashes what it gets: that is the dataset's identity.
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws
}

/// References with two candidates each: which one is closer?
public protocol TripletDataset: Dataset {
  var count: Int { get }
  /// Triplets by index, in that order.
  func triplets(_ indices: [Int]) throws -> Triplets
  /// A name of the triplet that a reader understands.
  func name(of index: Int) -> String
}

/// A batch of triplets.
public struct Triplets: Sendable {
  /// [N, C, H, W]
  public let references: Tensor
  public let first: Tensor
  public let second: Tensor
  /// The share of votes for the second candidate: 0 or 1 where the truth is known, in between where people disagree.
  public let votes: [Float]

  public init(references: Tensor, first: Tensor, second: Tensor, votes: [Float]) {
    precondition(
      references.shape == first.shape && first.shape == second.shape && votes.count == references.rows,
      "triplets of shapes \(references.shape), \(first.shape), \(second.shape) with \(votes.count) votes")
    self.references = references
    self.first = first
    self.second = second
    self.votes = votes
  }
}

public enum Split: String, Hashable, Sendable, Codable, CaseIterable {
  case train, test
}

/// Labelled images in two splits. Every test image is a query in turn, and the whole test split is the gallery.
public protocol RetrievalDataset: Dataset {
  /// Names of the classes that labels index.
  var classNames: [String] { get }
  /// The class of every image of the split.
  func labels(_ split: Split) -> [Int]
  /// Images by index, in that order: [N, C, H, W] in [0, 1].
  func images(_ split: Split, _ indices: [Int]) throws -> Tensor
  /// A name of the image that a reader understands.
  func name(_ split: Split, of index: Int) -> String
}

/// A retrieval dataset whose images are the middle of larger pictures: random crops for training are taken from those.
public protocol UncroppedDataset: RetrievalDataset {
  /// The size of the larger pictures: no side is shorter than that of `images`.
  var uncropped: ImageSpec { get }
  /// The larger pictures by index, in that order: [N, C, H', W'] in [0, 1].
  func uncropped(_ split: Split, _ indices: [Int]) throws -> Tensor
}
