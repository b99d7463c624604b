internal import Tensors

/// The proposals of a search so far: per sample the image that is worst for the defender.
///
/// By the measures of the objective in their order where outcomes are given, then by the lowest loss; of equals the
/// earlier one. A loss that is not a number is never the lowest.
struct KeptImages {
  private(set) var images: Tensor
  private let measures: [Measure]
  private var losses: [Float]
  private var outcomes: [Outcome?]

  init(_ images: Tensor, measures: [Measure]) {
    self.images = images
    self.measures = measures
    losses = [Float](repeating: .infinity, count: images.rows)
    outcomes = [Outcome?](repeating: nil, count: images.rows)
  }

  /// Takes over the images that are better proposals; `equals`: also those that are as good.
  mutating func offer(_ candidates: Tensor, losses offered: [Float]?, outcomes found: [Outcome]?, equals: Bool = false)
  {
    let better = losses.indices.filter { row in
      if let new = found?[row] {
        guard let old = outcomes[row] else { return true }
        for (place, measure) in measures.enumerated() {
          if measure.isWorse(new.values[place], than: old.values[place]) { return true }
          if measure.isWorse(old.values[place], than: new.values[place]) { return false }
        }
      }
      guard let offered else { return equals }
      return offered[row] < losses[row] || (equals && offered[row] == losses[row])
    }
    guard !better.isEmpty else { return }
    images.setRows(better, to: candidates.rows(better))
    for row in better {
      if let offered { losses[row] = offered[row].isNaN ? .infinity : offered[row] }
      outcomes[row] = found?[row]
    }
  }
}

extension Tensor {
  /// Every image moved against its gradient by its own length.
  func stepped(against gradient: Tensor, lengths: [Double], norm: ThreatModel.Norm) -> Tensor {
    let size = shape.rowCount
    var moved = self
    moved.withMutableScalars { pixels in
      gradient.withScalars { gradient in
        let (x, g) = (Unchecked(pixels), Unchecked(gradient))
        Workers.forEach(lengths.count) { row in
          let range = row * size..<(row + 1) * size
          StepRule(norm).step(
            UnsafeMutableBufferPointer(rebasing: x.value[range]), UnsafeBufferPointer(rebasing: g.value[range]),
            lengths[row])
        }
      }
    }
    return moved
  }
}
