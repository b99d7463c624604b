internal import Tensors

/// A position embedding resized to another grid: a linear map, hence also its adjoint for training.
struct PositionResize: Sendable {
  private let features: Int
  private let leading: Int
  /// [wanted, stored] weights of each axis; nil if nothing is resized.
  private let axes: (rows: [[Double]], columns: [[Double]])?
  private let stored: Extent

  init(_ embedding: PositionEmbedding, tokens: Int) {
    features = embedding.features
    leading = embedding.leading
    stored = embedding.grid
    guard tokens != embedding.count else {
      axes = nil
      return
    }
    let side = Int(Double(tokens - leading).squareRoot().rounded())
    axes = (
      PositionResize.weights(from: stored.height, to: side, embedding.resizing),
      PositionResize.weights(from: stored.width, to: side, embedding.resizing)
    )
  }

  /// [leading + stored grid, features] → [leading + wanted grid, features].
  func apply(_ values: [Float]) -> [Float] {
    guard let axes else { return values }
    var result = Array(values[..<(leading * features)])
    let grid = values[(leading * features)...].map(Double.init)
    for row in axes.rows {
      for column in axes.columns {
        var sums = [Double](repeating: 0, count: features)
        for (i, a) in row.enumerated() where a != 0 {
          for (j, b) in column.enumerated() where b != 0 {
            let at = (i * stored.width + j) * features
            for f in 0..<features { sums[f] += a * b * grid[at + f] }
          }
        }
        result += sums.map { Float($0) }
      }
    }
    return result
  }

  func adjoint(_ gradient: [Float]) -> [Float] {
    guard let axes else { return gradient }
    var grid = [Double](repeating: 0, count: stored.height * stored.width * features)
    var from = leading * features
    for row in axes.rows {
      for column in axes.columns {
        for (i, a) in row.enumerated() where a != 0 {
          for (j, b) in column.enumerated() where b != 0 {
            let at = (i * stored.width + j) * features
            for f in 0..<features { grid[at + f] += a * b * Double(gradient[from + f]) }
          }
        }
        from += features
      }
    }
    return Array(gradient[..<(leading * features)]) + grid.map { Float($0) }
  }

  /// The weight of every stored position for every wanted one.
  private static func weights(from stored: Int, to wanted: Int, _ resizing: PositionEmbedding.Resizing) -> [[Double]] {
    switch resizing {
    case .bicubic(let offset):
      let scale = Double(stored) / (Double(wanted) + offset)
      return (0..<wanted).map { index in
        let centre = scale * (Double(index) + 0.5) - 0.5
        let first = Int(centre.rounded(.down)) - 1
        var row = [Double](repeating: 0, count: stored)
        for tap in first..<first + 4 {
          row[min(max(tap, 0), stored - 1)] += cubic(Double(tap) - centre, a: -0.75)
        }
        return row
      }
    case .bicubicAntialiased:
      let scale = Double(stored) / Double(wanted)
      let stretch = max(scale, 1)
      return (0..<wanted).map { index in
        let centre = scale * (Double(index) + 0.5)
        let first = max(Int(centre - 2 * stretch + 0.5), 0)
        let last = min(Int(centre + 2 * stretch + 0.5), stored)
        var row = [Double](repeating: 0, count: stored)
        for tap in first..<last { row[tap] = cubic((Double(tap) - centre + 0.5) / stretch, a: -0.5) }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
      }
    }
  }

  /// Keys' cubic convolution kernel.
  private static func cubic(_ x: Double, a: Double) -> Double {
    let d = abs(x)
    if d < 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0
  }
}
