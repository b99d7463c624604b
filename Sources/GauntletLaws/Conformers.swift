public import GauntletKit
public import Gradients
public import Tensors

// One trivial conformer of each protocol: what is left when everything that can be left out is left out.

/// The search that searches nothing: proposes the clean images.
public struct NoOpSearch: Search {
  public init() {}

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor { images }
}

/// The metric whose embedding is the pixels.
public struct IdentityEmbedding: EmbeddingMetric {
  public let card = Card(
    id: "identity", version: "1", title: "Pixels as an embedding", definition: "φ(x) = x", reference: "none")
  public let geometry: Geometry
  private let spec: ImageSpec

  public init(_ spec: ImageSpec, geometry: Geometry = .euclidean) {
    self.spec = spec
    self.geometry = geometry
  }

  public var input: ImageRequirement { .exactly(spec) }
  public var dimension: Int { spec.shape(1).count }

  public func embed(_ images: Variable) throws -> Variable {
    images.reshaped([images.shape[0], images.shape.rowCount])
  }
}

/// Two classes of noisy flat images, dark ones and bright ones, in turn.
public struct ToyRetrieval: RetrievalDataset {
  public let card = Card(
    id: "toy-retrieval", version: "1", title: "Dark and bright", definition: "flat images with noise", reference: "none"
  )
  public let images: ImageSpec
  public let classNames = ["dark", "bright"]
  private let count: Int

  public init(_ images: ImageSpec = ImageSpec(channels: 1, height: 4, width: 4), count: Int = 12) {
    self.images = images
    self.count = count
  }

  public func labels(_ split: Split) -> [Int] { (0..<count).map { $0 % 2 } }

  public func images(_ split: Split, _ indices: [Int]) throws -> Tensor {
    Tensor(
      concatenating: indices.map { index in
        var random = RandomStream(seed: 0, ["toy-retrieval", split.rawValue], [index])
        let level: ClosedRange<Float> = index % 2 == 0 ? 0...0.6 : 0.4...1
        return Tensor(uniform: images.shape(1), in: level, using: &random)
      })
  }

  public func name(_ split: Split, of index: Int) -> String { "\(split.rawValue)-\(index)" }
  public func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}
}

/// Triplets whose first and second candidates differ from the reference by a little and by more, in turn.
public struct ToyTriplets: TripletDataset {
  public let card = Card(
    id: "toy-triplets", version: "1", title: "Near and far", definition: "noise of two strengths", reference: "none")
  public let images: ImageSpec
  public let count: Int

  public init(_ images: ImageSpec = ImageSpec(channels: 1, height: 4, width: 4), count: Int = 12) {
    self.images = images
    self.count = count
  }

  public func triplets(_ indices: [Int]) throws -> Triplets {
    func part(_ name: String, _ range: (Int) -> ClosedRange<Float>) -> Tensor {
      Tensor(
        concatenating: indices.map { index in
          var random = RandomStream(seed: 0, ["toy-triplets", name], [index])
          return Tensor(uniform: images.shape(1), in: range(index), using: &random)
        })
    }
    let references = part("reference") { _ in 0.3...0.7 }
    let near = references + part("near") { _ in -0.05...0.05 }
    let far = references + part("far") { _ in -0.2...0.2 }
    let first = Tensor(concatenating: indices.enumerated().map { ($1 % 2 == 0 ? near : far).rows([$0]) })
    let second = Tensor(concatenating: indices.enumerated().map { ($1 % 2 == 0 ? far : near).rows([$0]) })
    return Triplets(references: references, first: first, second: second, votes: indices.map { $0 % 2 == 0 ? 0 : 1 })
  }

  public func name(of index: Int) -> String { "triplet-\(index)" }
  public func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}
}
