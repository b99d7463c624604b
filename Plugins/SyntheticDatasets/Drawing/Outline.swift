internal import Pictures

/// The outline of a part, in coordinates where it fits the unit disc.
enum Outline: Int, CaseIterable, Sendable {
  case disc, ring, triangle, square, star, cross, crescent, bar

  var plural: String {
    switch self {
    case .disc: "discs"
    case .ring: "rings"
    case .triangle: "triangles"
    case .square: "squares"
    case .star: "stars"
    case .cross: "crosses"
    case .crescent: "crescents"
    case .bar: "bars"
    }
  }

  /// The corners of a polygonal outline; empty for a round one.
  var corners: [SIMD2<Float>] {
    switch self {
    case .disc, .ring, .crescent: []
    case .triangle: Outline.regular([1, 1, 1])
    case .square: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]
    case .star: Outline.regular([1, 0.42, 1, 0.42, 1, 0.42, 1, 0.42, 1, 0.42])
    case .cross:
      [
        [-0.33, -1], [0.33, -1], [0.33, -0.33], [1, -0.33], [1, 0.33], [0.33, 0.33],
        [0.33, 1], [-0.33, 1], [-0.33, 0.33], [-1, 0.33], [-1, -0.33], [-0.33, -0.33],
      ]
    case .bar: [[-1, -0.38], [1, -0.38], [1, 0.38], [-1, 0.38]]
    }
  }

  /// Corners at equal angles with the given radii, the first one on top.
  private static func regular(_ radii: [Float]) -> [SIMD2<Float>] {
    radii.indices.map { i in
      let d = Trigonometry.direction(turns: Float(i) / Float(radii.count) - 0.25)
      return radii[i] * SIMD2(d.x, d.y)
    }
  }

  /// The signed distance to the outline, negative inside; exact for polygons, disc and ring, a lower bound of its absolute
  /// value for the crescent. `corners` are this outline's.
  @inline(__always)
  func distance(at p: SIMD2<Float>, corners: UnsafeBufferPointer<SIMD2<Float>>) -> Float {
    switch self {
    case .disc: length(p) - 0.95
    case .ring: abs(length(p) - 0.72) - 0.26
    case .crescent: max(length(p) - 1, 0.86 - length(p - SIMD2(0.5, 0)))
    default: polygonDistance(p, corners)
    }
  }

  @inline(__always)
  private func polygonDistance(_ p: SIMD2<Float>, _ corners: UnsafeBufferPointer<SIMD2<Float>>) -> Float {
    var nearest = Float.greatestFiniteMagnitude
    var inside = false
    var b = corners[corners.count - 1]
    for a in corners {
      let edge = b - a
      let w = p - a
      let along = min(max(dot(w, edge) / dot(edge, edge), 0), 1)
      let off = w - along * edge
      nearest = min(nearest, dot(off, off))
      // A ray to the right crosses the edge: even–odd rule.
      if (a.y > p.y) != (b.y > p.y), p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y) { inside.toggle() }
      b = a
    }
    return inside ? -nearest.squareRoot() : nearest.squareRoot()
  }
}

@inline(__always) func dot(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> Float { a.x * b.x + a.y * b.y }
@inline(__always) func length(_ a: SIMD2<Float>) -> Float { dot(a, a).squareRoot() }
