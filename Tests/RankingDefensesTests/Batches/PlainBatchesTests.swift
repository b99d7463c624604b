import RankingDefenses
import Testing

struct PlainBatchesTests {
  @Test func anEpochHoldsNoImageTwiceAndLeavesOutTheRemainder() {
    let batches = PlainBatches(count: 10, size: 4, seed: 1)
    #expect(batches.stepsPerEpoch == 2)
    let first = (0..<2).flatMap { batches.batch(step: $0) }.map(\.image)
    #expect(first.count == 8 && Set(first).count == 8)
    #expect((2..<4).flatMap { batches.batch(step: $0) }.map(\.image) != first)
  }

  @Test func aSplitSmallerThanABatchIsOneBatch() {
    let batches = PlainBatches(count: 3, size: 4, seed: 1)
    #expect(batches.stepsPerEpoch == 1)
    #expect(batches.batch(step: 5).map(\.image).sorted() == [0, 1, 2])
  }
}
