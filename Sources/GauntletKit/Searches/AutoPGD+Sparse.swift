internal import CKernels
internal import Tensors

// The ℓ1 form (Croce and Hein, "Mind the box: l1-APGD for sparse adversarial attacks on image classifiers", ICML 2021).
//
// With s the signs of the gradient's largest share q of pixels (by |g|), 0 elsewhere: x ← Π(x − η·s/‖s‖₁), η = ε and
// q = 0.2 at first, no momentum. Every max(⌊0.04·steps⌋, 1) steps, with S the number of pixels that the lowest loss's image
// changed: q ← S/(1.5·n); where S < 0.95 of what it was, η ← ε and the search returns to that image; elsewhere η ← η/1.5,
// at least ε/10. Corrected mode takes the share among the pixels that [0, 1] lets move, of the whole image's count, and lets
// η go down to ε/1000: the published one comes to rest up to a tenth of ε away from the optimum, and spends its steps on
// pixels at the edge of the box.
extension AutoPGD.Run {
  private struct State {
    var x: Tensor
    var gradient: Tensor
    var best: Best
    var sizes: [Double]
    var shares: [Double]
    var changed: [Int]

    mutating func keep(_ places: [Int]) {
      x = x.rows(places)
      gradient = gradient.rows(places)
      best.keep(places)
      sizes = places.map { sizes[$0] }
      shares = places.map { shares[$0] }
      changed = places.map { changed[$0] }
    }
  }

  private mutating func drop(after visit: Visit, _ state: inout State) -> Bool {
    guard let survivors = survivors(visit) else { return true }
    rows = survivors.map { rows[$0] }
    clean = clean.rows(survivors)
    state.keep(survivors)
    return !rows.isEmpty
  }

  /// One phase under ℓ1, from `start`, which becomes the points of the lowest loss.
  /// - Parameter isWarm: whether a phase came before, whose sparsity goes on.
  mutating func descendSparsely(steps: Int, isWarm: Bool, into kept: inout KeptImages) throws {
    let pixels = max(start.shape.rowCount, 1)
    let first = try visit(start, gradient: steps > 0, into: &kept)
    let gradient = first.gradient ?? start
    let changed = isWarm ? Self.changedPixels(start, clean) : [Int](repeating: pixels, count: rows.count)
    var state = State(
      x: start, gradient: gradient, best: Best(images: start, losses: first.losses, gradient: gradient),
      sizes: [Double](repeating: threat.epsilon, count: rows.count),
      shares: changed.map { isWarm ? Double($0) / Double(pixels) / 1.5 : 0.2 }, changed: changed)
    defer { start = state.best.images }
    guard drop(after: first, &state) else { return }
    let window = max(steps * 4 / 100, 1)
    for step in 0..<steps {
      state.x = threat.projected(
        moved(state.x, against: state.gradient, lengths: state.sizes, shares: state.shares), around: clean)
      let visit = try visit(state.x, gradient: step < steps - 1, into: &kept)
      if let found = visit.gradient { state.gradient = found }
      state.best.offer(state.x, visit)
      guard drop(after: visit, &state) else { return }
      guard (step + 1) % window == 0 else { continue }
      var returning: [Int] = []
      for (row, now) in Self.changedPixels(state.best.images, clean).enumerated() {
        if Double(now) < 0.95 * Double(state.changed[row]) {
          state.sizes[row] = threat.epsilon
          returning.append(row)
        } else {
          state.sizes[row] = max(state.sizes[row] / 1.5, threat.epsilon / (search.mode == .faithful ? 10 : 1000))
        }
        state.shares[row] = Double(now) / Double(pixels) / 1.5
        state.changed[row] = now
      }
      guard !returning.isEmpty else { continue }
      state.x.setRows(returning, to: state.best.images.rows(returning))
      state.gradient.setRows(returning, to: state.best.gradient.rows(returning))
    }
  }

  private static func changedPixels(_ images: Tensor, _ clean: Tensor) -> [Int] {
    let size = images.shape.rowCount
    return images.withScalars { x in
      clean.withScalars { c in
        (0..<images.rows).map { row in
          var count = 0
          for i in row * size..<(row + 1) * size where x[i] != c[i] { count += 1 }
          return count
        }
      }
    }
  }

  private func moved(_ x: Tensor, against gradient: Tensor, lengths: [Double], shares: [Double]) -> Tensor {
    let size = x.shape.rowCount
    let keepsAll = search.mode == .faithful
    var moved = x
    moved.withMutableScalars { pixels in
      gradient.withScalars { gradient in
        let (x, g) = (Unchecked(pixels), Unchecked(gradient))
        Workers.forEach(lengths.count) { row in
          let range = row * size..<(row + 1) * size
          Self.step(
            UnsafeMutableBufferPointer(rebasing: x.value[range]), UnsafeBufferPointer(rebasing: g.value[range]),
            length: lengths[row], share: shares[row], keepsAll: keepsAll)
        }
      }
    }
    return moved
  }

  /// Moves the pixels of the largest |g|: as many as the share says, rounded up where all count and down where not, and those
  /// that are as steep as the last of them.
  /// - Parameter keepsAll: whether pixels count that [0, 1] does not let move.
  private static func step(
    _ x: UnsafeMutableBufferPointer<Float>, _ g: UnsafeBufferPointer<Float>, length: Double, share: Double,
    keepsAll: Bool
  ) {
    guard let base = g.baseAddress, gk_all_finite(base, g.count) != 0 else { return }
    let exact = share * Double(g.count)
    let count = min(max(Int(keepsAll ? exact.rounded(.up) : exact), 1), g.count)
    let free = g.indices.filter { g[$0] != 0 && (keepsAll || (g[$0] > 0 ? x[$0] > 0 : x[$0] < 1)) }
    guard !free.isEmpty else { return }
    let steepness = free.map { abs(g[$0]) }.sorted()
    let threshold = steepness[max(steepness.count - count, 0)]
    let largest = free.filter { abs(g[$0]) >= threshold }
    let part = Float(length / Double(largest.count))
    for i in largest { x[i] -= g[i] > 0 ? part : -part }
  }
}
