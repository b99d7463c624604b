public import Tensors

/// How an objective is lowered: proposes images inside a threat model. The harness projects and decides.
public protocol Search: Sendable {
  /// - Parameters:
  ///   - images: the clean images, [n, C, H, W], one a sample of `samples`.
  ///   - samples: their places in the objective's batch.
  ///   - seeds: randomness by sample; a search draws from nothing else.
  /// - Returns: one proposal an image, in the same order.
  func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor
}

/// The randomness of an attack: a stream for every sample, restart and purpose.
public struct SampleSeeds: Sendable {
  private let seed: UInt64
  private let attack: String
  private let ids: [Int]

  /// - Parameter ids: the dataset index of each sample of the batch.
  public init(seed: UInt64, attack: String, ids: [Int]) {
    self.seed = seed
    self.attack = attack
    self.ids = ids
  }

  /// The randomness of one part of an attack: other than that of every other part.
  public func part(_ name: String) -> SampleSeeds { SampleSeeds(seed: seed, attack: "\(attack)/\(name)", ids: ids) }

  /// - Parameter sample: the place in the batch.
  public func stream(_ purpose: String, sample: Int, restart: Int = 0, step: Int = 0) -> RandomStream {
    RandomStream(seed: seed, [attack, purpose], [ids[sample], restart, step])
  }
}
