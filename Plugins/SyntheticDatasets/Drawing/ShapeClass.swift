internal import Tensors

/// What the images of one class have in common: a combination of latent attributes.
struct ShapeClass: Hashable, Sendable {
  /// The angle between the hues of the two colours. Which hues they are is no attribute.
  enum HueRelation: Int, CaseIterable, Sendable {
    case near, third, opposite

    var turns: Float {
      switch self {
      case .near: 0.12
      case .third: 0.31
      case .opposite: 0.5
      }
    }
  }

  let outline: Outline
  let fill: FillPattern
  let hues: HueRelation
  /// How many equal parts there are: 1…3.
  let parts: Int

  var name: String { "\(parts)-\(fill.adjective)-\(outline.plural)-\(hues)-hues" }

  /// Every combination.
  static let all: [ShapeClass] = Outline.allCases.flatMap { outline in
    FillPattern.allCases.flatMap { fill in
      HueRelation.allCases.flatMap { hues in
        (1...3).map { ShapeClass(outline: outline, fill: fill, hues: hues, parts: $0) }
      }
    }
  }

  /// In how many attributes two classes differ, outlines, fills and parts (which are easier to see) counted twice.
  private func difference(from other: ShapeClass) -> Int {
    (outline == other.outline ? 0 : 2) + (fill == other.fill ? 0 : 2) + (parts == other.parts ? 0 : 2)
      + (hues == other.hues ? 0 : 1)
  }

  /// The first classes of a random order in which each class is as different from the classes before it as can be, and
  /// attribute values are used equally often. A larger count keeps the classes of a smaller one.
  static func chosen(_ count: Int, seed: UInt64) -> [ShapeClass] {
    precondition(count <= all.count, "\(count) classes wanted, there are \(all.count) combinations")
    var stream = RandomStream(seed: seed, ["shapes", "classes"])
    var rest = all
    stream.shuffle(&rest)
    var chosen: [ShapeClass] = []
    // Per candidate: the smallest difference from a chosen class, and how often its attribute values are in use.
    var nearest = [Int](repeating: .max, count: rest.count)
    var crowding = [Int](repeating: 0, count: rest.count)
    while chosen.count < count {
      var best = 0
      for i in rest.indices.dropFirst()
      where nearest[i] > nearest[best] || (nearest[i] == nearest[best] && crowding[i] < crowding[best]) {
        best = i
      }
      let new = rest.remove(at: best)
      nearest.remove(at: best)
      crowding.remove(at: best)
      chosen.append(new)
      for i in rest.indices {
        let difference = rest[i].difference(from: new)
        nearest[i] = min(nearest[i], difference)
        crowding[i] += 7 - difference
      }
    }
    return chosen
  }
}
