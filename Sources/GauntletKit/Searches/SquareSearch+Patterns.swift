internal import Tensors

// H, W: the image's height and width; C: its channels; δ: the perturbation.
extension SquareSearch {
  /// The window's side at a query under ℓ2 and ℓ1: that of ℓ∞, at least 3 and odd, as far as the image has room.
  public static func oddSide(at query: Int, height: Int, width: Int, initialShare: Double = 0.8) -> Int {
    let side = max(side(at: query, height: height, width: width, initialShare: initialShare), 3)
    return min(side % 2 == 0 ? side + 1 : side, height, width)
  }

  /// The pattern η of one window: its upper half is a pyramid Σ 1/(r + 1)² (ℓ1: Σ 1/(r + 1)⁴) over the squares of radius
  /// r = 0 … ⌊side/2⌋ around its centre that hold a pixel, its lower half another one with the opposite sign. Each half has
  /// the same norm, both together the norm 1. Row by row.
  public static func pattern(side: Int, norm: ThreatModel.Norm = .l2) -> [Double] {
    let (upper, reach) = (side / 2, side / 2)
    var tail = [Double](repeating: 0, count: reach + 2)
    for r in stride(from: reach, through: 0, by: -1) {
      let square = Double((r + 1) * (r + 1))
      tail[r] = tail[r + 1] + 1 / (norm == .l1 ? square * square : square)
    }
    func half(rows: Int, sign: Double) -> [Double] {
      let values = (0..<rows * side).map { tail[max(abs($0 / side - rows / 2), abs($0 % side - side / 2))] }
      let length = Canvas.length(values, norm)
      return values.map { sign * $0 / length }
    }
    let whole = half(rows: upper, sign: 1) + half(rows: side - upper, sign: -1)
    return upper == 0 ? whole : whole.map { $0 / (norm == .l1 ? 2 : 2.0.squareRoot()) }
  }

  /// One image, [1, C, H, W], with the tiles of the start (the first query), or with one window raised and one emptied.
  ///
  /// The raised window gets η·(±1) + δ/‖δ‖ of itself, of the length √(max(ε² − ‖δ‖², 0)/C + ‖δ on both windows‖²) in each
  /// channel; then all of δ is brought to the norm ε. ℓ1: the same with lengths that are not squared, and δ as it is: the
  /// projection that follows is exact.
  func changePatterns(
    _ image: Tensor, around clean: Tensor, within threat: ThreatModel, query: Int, using random: inout RandomStream
  ) -> Tensor {
    let (channels, height, width) = (image.shape[1], image.shape[2], image.shape[3])
    let (epsilon, norm) = (threat.epsilon, threat.norm)
    var canvas = Canvas(image, around: clean, norm: norm)
    if query == 0 {
      let side = max(min(height, width) / 5, 1)
      let (rows, columns) = (min(height / side, 5), min(width / side, 5))
      let (top, left) = ((height - rows * side) / 2, (width - columns * side) / 2)
      for channel in 0..<channels {
        for tile in 0..<rows * columns {
          let window = Window(top: top + tile / columns * side, left: left + tile % columns * side, side: side)
          let (pattern, sign) = Self.drawnPattern(side: side, norm, using: &random)
          for (place, value) in zip(canvas.places(window, channel), pattern) { canvas.offsets[place] += sign * value }
        }
      }
    } else {
      let side = Self.oddSide(at: query - 1, height: height, width: width, initialShare: initialShare)
      func window(using random: inout RandomStream) -> Window {
        Window(
          top: random.integer(below: height - side + 1), left: random.integer(below: width - side + 1), side: side)
      }
      let (raised, emptied) = (window(using: &random), window(using: &random))
      let free = max(Canvas.power(epsilon, norm) - canvas.mass, 0) / Double(channels)
      for channel in 0..<channels {
        let (own, other) = (canvas.places(raised, channel), canvas.places(emptied, channel))
        let held = canvas.mass(of: Self.union(own, other))
        let old = Canvas.root(canvas.mass(of: own), norm)
        let (pattern, sign) = Self.drawnPattern(side: side, norm, using: &random)
        var values = zip(own, pattern).map { sign * $1 + canvas.offsets[$0] / max(old, 1e-12) }
        let scale = Canvas.root(free + held, norm) / max(Canvas.length(values, norm), 1e-12)
        for i in values.indices { values[i] *= scale }
        for place in other { canvas.offsets[place] = 0 }
        for (place, value) in zip(own, values) { canvas.offsets[place] = value }
      }
    }
    return canvas.image(of: epsilon, around: clean)
  }

  /// The pattern or its transpose, and a sign.
  private static func drawnPattern(
    side: Int, _ norm: ThreatModel.Norm, using random: inout RandomStream
  ) -> (values: [Double], sign: Double) {
    let values = pattern(side: side, norm: norm)
    let isTransposed = random.next() & 1 == 0
    return (
      isTransposed ? (0..<side * side).map { values[$0 % side * side + $0 / side] } : values,
      random.next() & 1 == 0 ? -1 : 1
    )
  }

  /// Of two ascending lists without repetitions, ascending.
  private static func union(_ a: [Int], _ b: [Int]) -> [Int] {
    var (all, i, j): ([Int], Int, Int) = ([], 0, 0)
    all.reserveCapacity(a.count + b.count)
    while i < a.count || j < b.count {
      if j == b.count || (i < a.count && a[i] <= b[j]) {
        if j < b.count && a[i] == b[j] { j += 1 }
        all.append(a[i])
        i += 1
      } else {
        all.append(b[j])
        j += 1
      }
    }
    return all
  }
}

private struct Window {
  let top: Int
  let left: Int
  let side: Int
}

/// The perturbation of one image, in double precision. Its mass adds up over pixels: squares, or under ℓ1 absolute values.
private struct Canvas {
  var offsets: [Double]
  private let height: Int
  private let width: Int
  private let norm: ThreatModel.Norm

  init(_ image: Tensor, around clean: Tensor, norm: ThreatModel.Norm) {
    self.norm = norm
    (height, width) = (image.shape[2], image.shape[3])
    offsets = image.withScalars { x in clean.withScalars { c in x.indices.map { Double(x[$0]) - Double(c[$0]) } } }
  }

  static func power(_ length: Double, _ norm: ThreatModel.Norm) -> Double {
    norm == .l1 ? abs(length) : length * length
  }

  static func root(_ mass: Double, _ norm: ThreatModel.Norm) -> Double { norm == .l1 ? mass : mass.squareRoot() }

  static func length(_ values: [Double], _ norm: ThreatModel.Norm) -> Double {
    root(values.reduce(0) { $0 + power($1, norm) }, norm)
  }

  var mass: Double { offsets.reduce(0) { $0 + Self.power($1, norm) } }

  func mass(of places: [Int]) -> Double { places.reduce(0) { $0 + Self.power(offsets[$1], norm) } }

  /// The window's places in one channel, row by row.
  func places(_ window: Window, _ channel: Int) -> [Int] {
    (0..<window.side * window.side).map {
      (channel * height + window.top + $0 / window.side) * width + window.left + $0 % window.side
    }
  }

  /// The clean image with the perturbation; ℓ2: brought to the norm ε, and clipped.
  func image(of epsilon: Double, around clean: Tensor) -> Tensor {
    var image = clean
    image.withMutableScalars { x in
      if norm == .l1 {
        for i in x.indices { x[i] = Float(Double(x[i]) + offsets[i]) }
      } else {
        let scale = epsilon / max(Self.root(mass, norm), 1e-12)
        for i in x.indices { x[i] = Float(min(max(Double(x[i]) + scale * offsets[i], 0), 1)) }
      }
    }
    return image
  }
}
