import Foundation
import GauntletKit
import GauntletLaws
import Tensors
import Testing

struct NoisyVotesTests {
  private static let spec = ImageSpec(channels: 1, height: 2, width: 2)
  private let metric = IdentityEmbedding(spec)

  private func votes(_ reference: Float, sigma: Float = 0.1, draws: Range<Int> = 0..<500, batch: Int = 64) throws
    -> NoisyVotes
  {
    var votes = NoisyVotes()
    try votes.ask(
      metric, about: Tensor(repeating: reference, Self.spec.shape(1)),
      first: metric.features(of: Tensor(repeating: 0.2, Self.spec.shape(1))),
      second: metric.features(of: Tensor(repeating: 0.8, Self.spec.shape(1))), sigma: sigma, draws: draws, seed: 4,
      sample: 7, batch: batch)
    return votes
  }

  /// The margin to the bisecting plane is ‖0.5 − x‖ = 2 |0.5 − x| here, so P(first) = Φ(2 (0.5 − x)/σ).
  @Test(arguments: [Float(0.45), 0.5, 0.52]) func sharesAreThoseOfAHalfSpace(_ reference: Float) throws {
    let count = 4000
    let votes = try votes(reference, draws: 0..<count)
    #expect(votes.count == count && votes.first + votes.second == count)
    let likelihood = 0.5 * erfc(-Double(2 * (0.5 - reference) / 0.1) / 2.0.squareRoot())
    let deviation = (likelihood * (1 - likelihood) / Double(count)).squareRoot()
    #expect(abs(Double(votes.first) / Double(count) - likelihood) < 4 * deviation)
  }

  @Test func drawsAreTheirOwn() throws {
    let whole = try votes(0.48)
    #expect(try votes(0.48, batch: 7) == whole)
    let (head, tail) = (try votes(0.48, draws: 0..<200), try votes(0.48, draws: 200..<500))
    #expect(head.first + tail.first == whole.first && head.second + tail.second == whole.second)
    #expect(try votes(0.48, draws: 3..<3) == NoisyVotes())
  }

  @Test func tiesAreForNeither() throws {
    var votes = NoisyVotes()
    let same = try metric.features(of: Tensor(repeating: 0.2, Self.spec.shape(1)))
    try votes.ask(
      metric, about: Tensor(repeating: 0.5, Self.spec.shape(1)), first: same, second: same, sigma: 0.1, draws: 0..<20,
      seed: 4, sample: 7)
    #expect((votes.first, votes.second, votes.count) == (0, 0, 20))
  }
}
