internal import Tensors

/// The shortest move of an image onto a hyperplane within [0, 1]ⁿ, in a norm: FAB's and DeepFool's step (Croce and Hein,
/// "Minimally distorted adversarial examples with a fast adaptive boundary attack", ICML 2020, section 2.2).
///
/// Wanted is d with ⟨w, d⟩ = r and x + d in [0, 1]ⁿ, of the smallest norm. Each pixel moves in the direction
/// σᵢ = sign(r·wᵢ), with the room cᵢ that [0, 1] leaves there. ℓ∞: |dᵢ| = min(λ, cᵢ). ℓ2: |dᵢ| = min(λ|wᵢ|, cᵢ). Both make
/// ⟨w, d⟩ a concave, piecewise linear function of λ, whose root Newton's method finds exactly, a kink or more a step. ℓ1:
/// pixels are moved to the edge in the order of |wᵢ|, of equals the lower one first, the last of them in part. Where the
/// whole room is not enough, d goes to that corner. Computed in double precision.
package struct HyperplaneProjection {
  package let norm: ThreatModel.Norm
  /// |w| below this share of the largest one counts as 0; the published code has 1e-8 itself.
  private static let negligible = 1e-8

  package init(_ norm: ThreatModel.Norm) { self.norm = norm }

  /// d. Zeros where w is zero, or anything is not finite.
  package func move(from x: UnsafeBufferPointer<Float>, normal w: UnsafeBufferPointer<Float>, rise: Double) -> [Double]
  {
    var move = [Double](repeating: 0, count: x.count)
    guard rise.isFinite, rise != 0, w.allSatisfy(\.isFinite) else { return move }
    let largest = w.reduce(0) { max($0, abs($1)) }
    let floor = Double(largest) * Self.negligible
    // The pixels that can move: how steep, how far.
    var places: [Int] = []
    var steep: [Double] = []
    var room: [Double] = []
    for i in x.indices where Double(abs(w[i])) > floor {
      let isUp = (w[i] > 0) == (rise > 0)
      let space = isUp ? 1 - Double(x[i]) : Double(x[i])
      guard space > 0 else { continue }
      places.append(i)
      steep.append(Double(abs(w[i])))
      room.append(space)
    }
    let lengths = norm == .l1 ? Self.filled(steep, room, abs(rise)) : spread(steep, room, abs(rise))
    for (number, i) in places.enumerated() {
      move[i] = (w[i] > 0) == (rise > 0) ? lengths[number] : -lengths[number]
    }
    return move
  }

  /// ℓ∞ and ℓ2: every pixel moves.
  private func spread(_ steep: [Double], _ room: [Double], _ wanted: Double) -> [Double] {
    let isLinf = norm == .linf
    var lambda = 0.0
    // Each step but the last passes a kink, and there are as many kinks as pixels.
    for _ in 0...steep.count {
      var (value, slope) = (0.0, 0.0)
      for i in steep.indices {
        let pace = isLinf ? 1 : steep[i]
        if lambda * pace < room[i] {
          value += steep[i] * lambda * pace
          slope += steep[i] * pace
        } else {
          value += steep[i] * room[i]
        }
      }
      guard slope > 0 else { return room }
      let next = lambda + (wanted - value) / slope
      guard next > lambda else { break }
      lambda = next
    }
    return steep.indices.map { min(lambda * (isLinf ? 1 : steep[$0]), room[$0]) }
  }

  /// ℓ1: the steepest pixels first.
  private static func filled(_ steep: [Double], _ room: [Double], _ wanted: Double) -> [Double] {
    var lengths = [Double](repeating: 0, count: steep.count)
    var left = wanted
    for i in steep.indices.sorted(by: { (-steep[$0], $0) < (-steep[$1], $1) }) where left > 0 {
      lengths[i] = min(left / steep[i], room[i])
      left -= steep[i] * lengths[i]
    }
    return lengths
  }
}
