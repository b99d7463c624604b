internal import Tensors

/// The proposals of a search so far: per sample the image that is worst for the defender.
///
/// A broken one before one that is not; by the measures of the objective in their order where outcomes are given; then by
/// the lowest loss; of equals the earlier one. A loss that is not a number is never the lowest.
struct KeptImages {
  private(set) var images: Tensor
  private(set) var isBroken: [Bool]
  private let measures: [Measure]
  private var losses: [Float]
  private var outcomes: [Outcome?]

  init(_ images: Tensor, measures: [Measure]) {
    self.images = images
    self.measures = measures
    losses = [Float](repeating: .infinity, count: images.rows)
    outcomes = [Outcome?](repeating: nil, count: images.rows)
    isBroken = [Bool](repeating: false, count: images.rows)
  }

  /// Takes over the images that are better proposals; `equals`: also those that are as good.
  /// - Parameter rows: which samples the candidates belong to; nil: all, in order.
  mutating func offer(
    _ candidates: Tensor, rows: [Int]? = nil, losses offered: [Float]?, outcomes found: [Outcome]? = nil,
    isBroken broken: [Bool]? = nil, equals: Bool = false
  ) {
    let rows = rows ?? Array(losses.indices)
    let better = rows.indices.filter { place in
      let row = rows[place]
      if let broken, broken[place] != isBroken[row] { return broken[place] }
      if let new = found?[place] {
        guard let old = outcomes[row] else { return true }
        for (number, measure) in measures.enumerated() {
          if measure.isWorse(new.values[number], than: old.values[number]) { return true }
          if measure.isWorse(old.values[number], than: new.values[number]) { return false }
        }
      }
      guard let offered else { return equals }
      return offered[place] < losses[row] || (equals && offered[place] == losses[row])
    }
    guard !better.isEmpty else { return }
    images.setRows(better.map { rows[$0] }, to: better.count == candidates.rows ? candidates : candidates.rows(better))
    for place in better {
      let row = rows[place]
      if let offered { losses[row] = offered[place].isNaN ? .infinity : offered[place] }
      outcomes[row] = found?[place]
      if let broken { isBroken[row] = broken[place] }
    }
  }

  /// Notes which samples have a broken image, where outcomes decide what is kept.
  mutating func mark(_ broken: [Bool], rows: [Int]) {
    for (place, row) in rows.enumerated() where broken[place] { isBroken[row] = true }
  }

  /// Takes over the images that are broken, whatever was kept before: the last one wins, as published.
  mutating func replaceBroken(_ candidates: Tensor, rows: [Int], isBroken broken: [Bool]) {
    let places = rows.indices.filter { broken[$0] }
    images.setRows(places.map { rows[$0] }, to: candidates.rows(places))
    for place in places { isBroken[rows[place]] = true }
  }
}

extension Tensor {
  /// Every image moved against its gradient by its own length.
  func stepped(against gradient: Tensor, lengths: [Double], within threat: ThreatModel) -> Tensor {
    let (count, norm) = (threat.moved.count, threat.norm)
    let size = shape.rowCount / count
    var moved = self
    moved.withMutableScalars { pixels in
      gradient.withScalars { gradient in
        let (x, g) = (Unchecked(pixels), Unchecked(gradient))
        Workers.forEach(lengths.count * count) { image in
          let range = image * size..<(image + 1) * size
          StepRule(norm).step(
            UnsafeMutableBufferPointer(rebasing: x.value[range]), UnsafeBufferPointer(rebasing: g.value[range]),
            lengths[image / count])
        }
      }
    }
    return moved
  }
}
