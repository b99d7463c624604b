internal import Tensors

extension AutoPGD.Run {
  /// What each running sample has to remember between steps of ℓ∞ and ℓ2.
  private struct State {
    var x: Tensor
    var previous: Tensor
    var gradient: Tensor
    /// What the next loss is compared with.
    var losses: [Float]
    var best: Best
    var bestAtCheckpoint: [Float]
    var sizes: [Double]
    var falls: [Int]
    var wasHalved: [Bool]

    mutating func keep(_ places: [Int]) {
      x = x.rows(places)
      previous = previous.rows(places)
      gradient = gradient.rows(places)
      losses = places.map { losses[$0] }
      best.keep(places)
      bestAtCheckpoint = places.map { bestAtCheckpoint[$0] }
      sizes = places.map { sizes[$0] }
      falls = places.map { falls[$0] }
      wasHalved = places.map { wasHalved[$0] }
    }
  }

  /// The phase's points of the lowest loss so far.
  struct Best {
    var images: Tensor
    var losses: [Float]
    var gradient: Tensor

    mutating func keep(_ places: [Int]) {
      images = images.rows(places)
      losses = places.map { losses[$0] }
      gradient = gradient.rows(places)
    }

    /// Takes over what is lower.
    mutating func offer(_ x: Tensor, _ visit: Visit) {
      let improved = losses.indices.filter { visit.losses[$0] < losses[$0] || losses[$0].isNaN }
      guard !improved.isEmpty else { return }
      for row in improved { losses[row] = visit.losses[row] }
      images.setRows(improved, to: x.rows(improved))
      if let found = visit.gradient { gradient.setRows(improved, to: found.rows(improved)) }
    }
  }

  /// Takes away the samples that are done; whether any is left.
  private mutating func drop(after visit: Visit, _ state: inout State) -> Bool {
    guard let survivors = survivors(visit) else { return true }
    rows = survivors.map { rows[$0] }
    clean = clean.rows(survivors)
    state.keep(survivors)
    return !rows.isEmpty
  }

  /// One phase under ℓ∞ or ℓ2, from `start`, which becomes the points of the lowest loss.
  mutating func descend(steps: Int, into kept: inout KeptImages) throws {
    let isFaithful = search.mode == .faithful
    let first = try visit(start, gradient: steps > 0, into: &kept)
    let gradient = first.gradient ?? start
    var state = State(
      x: start, previous: start, gradient: gradient, losses: first.losses,
      best: Best(images: start, losses: first.losses, gradient: gradient), bestAtCheckpoint: first.losses,
      sizes: [Double](repeating: 2 * threat.epsilon, count: rows.count),
      falls: [Int](repeating: 0, count: rows.count), wasHalved: [Bool](repeating: true, count: rows.count))
    if isFaithful { for row in rows.indices { state.losses[row] = 0 } }
    defer { start = state.best.images }
    guard drop(after: first, &state) else { return }
    var checkpoints = AutoPGD.checkpoints(steps: steps, minimumWindow: search.minimumWindow)[...]
    var lastCheckpoint = 0
    for step in 0..<steps {
      let target = projected(
        state.x.stepped(against: state.gradient, lengths: state.sizes, within: threat))
      let next = projected(Self.blend(state.x, target, state.previous, weight: step == 0 ? 1 : 0.75))
      state.previous = state.x
      state.x = next
      let visit = try visit(next, gradient: step < steps - 1, into: &kept)
      if let found = visit.gradient { state.gradient = found }
      for row in rows.indices where visit.losses[row] < state.losses[row] { state.falls[row] += 1 }
      state.losses = visit.losses
      state.best.offer(next, visit)
      guard drop(after: visit, &state) else { return }
      guard checkpoints.first == step + 1 else { continue }
      checkpoints.removeFirst()
      look(&state, window: step + 1 - lastCheckpoint)
      lastCheckpoint = step + 1
    }
  }

  /// A checkpoint: halves step sizes, and returns to the best points.
  private func look(_ state: inout State, window: Int) {
    var halved: [Int] = []
    for row in rows.indices {
      let stalls = !state.wasHalved[row] && state.bestAtCheckpoint[row] == state.best.losses[row]
      state.wasHalved[row] = Double(state.falls[row]) <= 0.75 * Double(window) || stalls
      if state.wasHalved[row] {
        state.sizes[row] /= 2
        halved.append(row)
        if search.mode == .corrected { state.losses[row] = state.best.losses[row] }
      }
      state.falls[row] = 0
      state.bestAtCheckpoint[row] = state.best.losses[row]
    }
    guard !halved.isEmpty else { return }
    state.x.setRows(halved, to: state.best.images.rows(halved))
    state.gradient.setRows(halved, to: state.best.gradient.rows(halved))
  }

  private func projected(_ images: Tensor) -> Tensor {
    search.mode == .faithful && threat.norm == .l2
      ? threat.shrunkThenClipped(images, around: clean) : threat.projected(images, around: clean)
  }

  /// x + a(z − x) + (1 − a)(x − x⁻), pixel by pixel.
  private static func blend(_ x: Tensor, _ target: Tensor, _ previous: Tensor, weight: Float) -> Tensor {
    guard weight != 1 else { return target }
    var result = x
    result.withMutableScalars { r in
      target.withScalars { z in
        previous.withScalars { p in
          for i in r.indices { r[i] += weight * (z[i] - r[i]) + (1 - weight) * (r[i] - p[i]) }
        }
      }
    }
    return result
  }
}
