import Foundation
import Statistics
import Tensors
import Testing

struct SmoothedVoteTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      let count: Int
      let votes: Int
      let alpha: Double
      let isChosen: Bool
      let bound: Double
      let radius: Double
    }
    let cases: [Case]
  }

  @Test func boundsAndRadiiAreSciPys() throws {
    let file = Bundle.module.bundleURL.appending(path: "Golden/smoothed-votes.json")
    let cases = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file)).cases
    #expect(cases.count == 120)
    for one in cases {
      let others = one.count - one.votes
      // Where the others have more votes, the larger of two is theirs.
      guard one.isChosen || one.votes >= others else { continue }
      let vote =
        one.isChosen
        ? SmoothedVote(choice: 1, agreeing: one.votes, of: one.count, sigma: 0.25, alpha: one.alpha)
        : SmoothedVote(first: others, second: one.votes, of: one.count, sigma: 0.25, alpha: one.alpha)
      #expect(agree(vote.bound, one.bound, 1e-9), "\(one): \(vote)")
      #expect(abs(vote.radius - one.radius) < 1e-9, "\(one): \(vote)")
      #expect(vote.answer == (one.bound > 0.5 ? 1 : nil))
    }
  }

  @Test func whatIsCertified() {
    let vote = SmoothedVote(first: 990, second: 10, of: 1000, sigma: 0.5, alpha: 0.001)
    #expect(vote.answer == 0)
    #expect(vote.certifies(0, within: 0) && vote.certifies(0, within: vote.radius.nextDown))
    #expect(!vote.certifies(0, within: vote.radius) && !vote.certifies(1, within: 0))
    // Ties are votes for neither, and make the answer less sure.
    let tied = SmoothedVote(first: 990, second: 0, of: 1010, sigma: 0.5, alpha: 0.001)
    #expect(tied.radius < SmoothedVote(first: 990, second: 0, of: 990, sigma: 0.5, alpha: 0.001).radius)
    let unsure = SmoothedVote(first: 52, second: 48, of: 100, sigma: 0.5, alpha: 0.001)
    #expect(unsure.answer == nil && unsure.radius == 0 && !unsure.certifies(0, within: 0))
    let none = SmoothedVote(first: 0, second: 0, of: 0, sigma: 0.5, alpha: 0.001)
    #expect(none.answer == nil && none.bound == 0)
    #expect(SmoothedVote.largestRadius(votes: 1000, sigma: 0.5, alpha: 0.001) > vote.radius)
    #expect(
      SmoothedVote.largestRadius(votes: 10, sigma: 0.5, alpha: 0.0001)
        < SmoothedVote.largestRadius(votes: 1000, sigma: 0.5, alpha: 0.001))
  }

  /// A half space at distance m: the base says 0 with probability Φ(m/σ), and the smoothed answer holds exactly within
  /// m. A certificate beyond that is wrong, and at most a share α may be.
  @Test(arguments: [(0.05, 0.2), (0.3, 0.2), (-0.1, 0.2)])
  func aShareOfAlphaAtMostIsWrong(_ margin: Double, _ alpha: Double) {
    let (sigma, draws, rounds) = (0.25, 60, 1500)
    var wrong = 0
    var certified = 0
    for round in 0..<rounds {
      var stream = RandomStream(seed: 21, ["smoothed-vote"], [Int(margin * 1000), round])
      let first = (0..<draws).filter { _ in margin + sigma * Double(stream.normal()) > 0 }.count
      let vote = SmoothedVote(first: first, second: draws - first, of: draws, sigma: sigma, alpha: alpha)
      guard let answer = vote.answer else { continue }
      certified += 1
      if answer != (margin > 0 ? 0 : 1) || vote.radius > abs(margin) { wrong += 1 }
    }
    #expect(certified > 0)
    // Three deviations above α: a seed decides, and this one stays below.
    #expect(
      Double(wrong) <= Double(rounds) * alpha + 3 * (Double(rounds) * alpha * (1 - alpha)).squareRoot(), "\(wrong)")
  }
}
