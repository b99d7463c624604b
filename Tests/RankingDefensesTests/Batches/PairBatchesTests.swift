import RankingDefenses
import Testing

struct PairBatchesTests {
  let labels = (0..<23).map { $0 % 5 }

  @Test func everyImageIsOnceTheAnchorOfAnEpoch() {
    let batches = PairBatches(labels: labels, pairs: 4, seed: 1)
    #expect(batches.stepsPerEpoch == 6)
    for epoch in 0..<2 {
      let steps = (0..<6).map { batches.batch(step: epoch * 6 + $0) }
      #expect(steps.map(\.count) == [8, 8, 8, 8, 8, 6])
      let rows = steps.flatMap { $0 }
      let anchors = rows.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element.image)
      #expect(anchors.sorted() == Array(labels.indices))
      #expect(anchors == batches.order(epoch: epoch))
    }
    #expect(batches.order(epoch: 0) != batches.order(epoch: 1))
  }

  @Test func oddRowsArePartnersOfTheClass() {
    let batches = PairBatches(labels: labels, pairs: 23, seed: 1)
    var drawn: Set<Int> = []
    for step in 0..<40 {
      let rows = batches.batch(step: step)
      for i in stride(from: 0, to: rows.count, by: 2) {
        #expect(rows[i].role == .anchor && rows[i].image == rows[i].anchor)
        #expect(rows[i + 1].role == .partner && rows[i + 1].anchor == rows[i].image)
        #expect(labels[rows[i].image] == labels[rows[i + 1].image])
        if rows[i].image == 7 { drawn.insert(rows[i + 1].image) }
      }
    }
    // Every image of the class, the anchor itself included, is drawn sooner or later.
    #expect(drawn == [2, 7, 12, 17, 22])
  }

  @Test func aBatchFollowsFromSeedAndStep() {
    let batches = PairBatches(labels: labels, pairs: 4, seed: 1)
    _ = batches.batch(step: 3)
    #expect(batches.batch(step: 9) == PairBatches(labels: labels, pairs: 4, seed: 1).batch(step: 9))
    #expect(batches.batch(step: 0) != PairBatches(labels: labels, pairs: 4, seed: 2).batch(step: 0))
  }
}
