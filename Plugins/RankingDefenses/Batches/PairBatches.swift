internal import Tensors

/// Batches of pairs ("SPC-2", retrieval specification 1.4).
///
/// Entry i of an epoch is image i, the anchor, and one image drawn uniformly from its class, which may be image i itself.
/// Every image is the anchor of one entry an epoch, in an order shuffled anew each time; the last batch of an epoch holds
/// what is left. Even rows of a batch are anchors, odd rows their partners. A batch is a pure function of (seed, step), so
/// a training that is resumed sees what it would have seen.
package struct PairBatches: Sendable {
  package let labels: [Int]
  /// Pairs a batch: half of its images.
  package let pairs: Int
  package let seed: UInt64
  private let members: [Int: [Int]]

  package init(labels: [Int], pairs: Int, seed: UInt64) {
    precondition(!labels.isEmpty && pairs > 0, "\(labels.count) images in batches of \(pairs) pairs")
    self.labels = labels
    self.pairs = pairs
    self.seed = seed
    members = Dictionary(grouping: labels.indices, by: { labels[$0] })
  }

  package var stepsPerEpoch: Int { (labels.count + pairs - 1) / pairs }

  /// Anchors of the epoch, in order.
  package func order(epoch: Int) -> [Int] { shuffled(labels.count, seed: seed, epoch: epoch) }

  package func batch(step: Int) -> [BatchRow] {
    let epoch = step / stepsPerEpoch
    let first = step % stepsPerEpoch * pairs
    let anchors = order(epoch: epoch)[first..<min(first + pairs, labels.count)]
    return anchors.flatMap { anchor in
      [
        BatchRow(image: anchor, epoch: epoch, anchor: anchor, role: .anchor),
        BatchRow(image: partner(of: anchor, epoch: epoch), epoch: epoch, anchor: anchor, role: .partner),
      ]
    }
  }

  private func partner(of anchor: Int, epoch: Int) -> Int {
    let candidates = members[labels[anchor]] ?? [anchor]
    var stream = RandomStream(seed: seed, ["train", "partner"], [epoch, anchor])
    return candidates[stream.integer(below: candidates.count)]
  }
}

/// 0..<count in the order of an epoch.
func shuffled(_ count: Int, seed: UInt64, epoch: Int) -> [Int] {
  var order = Array(0..<count)
  var stream = RandomStream(seed: seed, ["train", "order"], [epoch])
  stream.shuffle(&order)
  return order
}
