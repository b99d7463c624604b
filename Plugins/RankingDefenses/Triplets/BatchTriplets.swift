/// Triplets of a batch, as rows of it: anchor i, its positive and its negative stand at the same place.
package struct BatchTriplets: Hashable, Sendable {
  package var anchors: [Int] = []
  package var positives: [Int] = []
  package var negatives: [Int] = []

  package var count: Int { anchors.count }
}
