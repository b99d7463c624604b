internal import GauntletKit
internal import Gradients
internal import Ledger
internal import Statistics
internal import Tensors

/// What votes under noise prove of two-alternative answers.
///
/// One vote asks the metric behind the smoothing which candidate is nearer to a noisy copy of the reference; the candidates
/// are clean, by the smoothed metric. Of the vote's answer it is proved, up to a probability α of error a sample, that
/// nothing within the radius changes it. The noise of a vote follows from the seed, the sample and the vote's number.
struct VoteRun {
  let votes: Suite.Certification.Votes
  let seed: UInt64

  /// Measures of the rows: the credit of the vote's answer in percent (where it abstains, that of the answer which fewer
  /// people gave), and the radius, 0 where it abstains.
  static let credit = "vote"
  static let radius = "radius:vote"

  func rows(_ task: Task, _ metric: any NoisyMetric) throws -> [LedgerRow] {
    guard case .twoAlternative(let task) = task else {
      throw PluginError.unusable(plugin: metric.card.id, reason: "votes are about two-alternative questions")
    }
    let count = task.ids.count
    var tallies = [(first: Int, second: Int)](repeating: (0, 0), count: count)
    for vote in 0..<votes.count {
      if vote % 16 == 0 { try Interruption.check() }
      let noisy = try metric.noisyEmbeddings(of: task.triplets.references) { row in
        RandomStream(seed: seed, ["votes"], [task.ids[row], vote])
      }
      let embeddings = Variable(constant: noisy)
      let first = metric.geometry.distances(embeddings, Variable(constant: task.first.values)).value
      let second = metric.geometry.distances(embeddings, Variable(constant: task.second.values)).value
      for row in 0..<count {
        if first[row] < second[row] { tallies[row].first += 1 }
        if second[row] < first[row] { tallies[row].second += 1 }
      }
    }
    return task.ids.indices.map { row in
      let share = Double(task.triplets.votes[row])
      let vote = SmoothedVote(
        first: tallies[row].first, second: tallies[row].second, of: votes.count, sigma: metric.sigma, alpha: votes.alpha
      )
      let credit = 100 * (vote.answer.map { $0 == 1 ? share : 1 - share } ?? min(share, 1 - share))
      return LedgerRow(
        sample: task.ids[row],
        measures: [
          LedgerMeasure(Self.credit, before: credit, after: nil),
          LedgerMeasure(Self.radius, before: vote.radius, after: nil),
        ], forwards: votes.count, backwards: 0, stage: "votes")
    }
  }
}
