/// Batches of single images, for classification: every image once an epoch, shuffled anew each time.
///
/// What does not fill a last batch is left out of the epoch, since a handful of images gives batch norm poor statistics; a
/// split smaller than a batch is one batch.
package struct PlainBatches: Sendable {
  package let count: Int
  package let size: Int
  package let seed: UInt64

  package init(count: Int, size: Int, seed: UInt64) {
    precondition(count > 0 && size > 0, "\(count) images in batches of \(size)")
    self.count = count
    self.size = min(size, count)
    self.seed = seed
  }

  package var stepsPerEpoch: Int { count / size }

  package func batch(step: Int) -> [BatchRow] {
    let epoch = step / stepsPerEpoch
    let first = step % stepsPerEpoch * size
    return shuffled(count, seed: seed, epoch: epoch)[first..<first + size].map {
      BatchRow(image: $0, epoch: epoch, anchor: $0, role: .anchor)
    }
  }
}
