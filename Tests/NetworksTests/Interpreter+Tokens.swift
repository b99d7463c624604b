import Foundation
import Networks

/// Rows, tokens and shapes. A sequence [N, T, D] is a value of T channels, one row and D columns.
extension Interpreter {
  func computeMore(_ node: Graph.Node, _ inputs: [Value]) -> Value {
    let x = inputs[0]
    switch node.op {
    case .layerNorm(let features, let epsilon):
      let (gamma, beta) = (parameters[node.name + ".weight"]!, parameters[node.name + ".bias"]!)
      return byRow(x, features) { row in
        let mean = row.reduce(0, +) / Double(features)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(features)
        return row.enumerated().map {
          gamma[$0.offset] * ($0.element - mean) / (variance + Double(epsilon)).squareRoot() + beta[$0.offset]
        }
      }
    case .gelu(.exact): return pointwise(x) { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }
    case .gelu(.tanh):
      return pointwise(x) { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
    case .gelu(.quick): return pointwise(x) { $0 / (1 + exp(-1.702 * $0)) }
    case .sigmoid: return pointwise(x) { 1 / (1 + exp(-$0)) }
    case .projection(let columns, let outputs):
      let matrix = parameters[node.name]!
      var y = Value(x.n, outputs, 1, 1)
      for n in 0..<x.n {
        for o in 0..<outputs {
          y[n, o, 0, 0] = (0..<columns).reduce(0.0) { $0 + x[n, $1, 0, 0] * matrix[$1 * outputs + o] }
        }
      }
      return y
    case .scale(let factor): return pointwise(x) { $0 * Double(factor) }
    case .dropout: return x
    case .softmax: return byRow(x, x.w > 1 ? x.w : x.c) { Interpreter.softmax($0) }
    case .l2Normalize(let epsilon):
      return byRow(x, x.c) { row in
        let norm = max(row.reduce(0) { $0 + $1 * $1 }.squareRoot(), Double(epsilon))
        return row.map { $0 / norm }
      }
    case .attention(let heads): return attention(x, heads)
    case .patchEmbedding(_, let outputs, let patch, _):
      return tokens(
        convolution(node.name, x, outputs, Extent(patch), Extent(patch), Extent(0), Extent(1), 1))
    case .tokens: return tokens(x)
    case .prependTokens(let count, let features, _):
      let tokens = parameters[node.name]!
      var y = Value(x.n, x.c + count, 1, features)
      for n in 0..<x.n {
        for t in 0..<y.c {
          for f in 0..<features { y[n, t, 0, f] = t < count ? tokens[t * features + f] : x[n, t - count, 0, f] }
        }
      }
      return y
    case .positions:
      // Stored for this very grid: resizing has golden values of its own.
      let values = parameters[node.name]!
      var y = x
      for i in y.scalars.indices { y.scalars[i] += values[i % values.count] }
      return y
    case .channelScale(let features, _):
      let gamma = parameters[node.name + ".gamma"]!
      if x.c == features && x.h > 1 { return image(x) { $0 * gamma[$1] } }
      return byRow(x, features) { row in row.enumerated().map { $0.element * gamma[$0.offset] } }
    case .padChannels(let channels): return pieces(x.n, channels, x.h, x.w, [x])
    case .concat: return pieces(x.n, inputs.reduce(0) { $0 + $1.c }, x.h, x.w, inputs)
    case .slice(let range):
      var y = Value(x.n, range.count, x.h, x.w)
      for n in 0..<x.n {
        for c in range {
          for h in 0..<x.h { for w in 0..<x.w { y[n, c - range.lowerBound, h, w] = x[n, c, h, w] } }
        }
      }
      return y
    case .reshape(let extents):
      var y = x
      switch extents.count {
      case 3: (y.c, y.h, y.w) = (extents[0], extents[1], extents[2])
      case 2: (y.c, y.h, y.w) = (extents[0], 1, extents[1])
      default: (y.c, y.h, y.w) = (extents[0], 1, 1)
      }
      return y
    case .adaptiveAveragePool(let size):
      var y = Value(x.n, x.c, size.height, size.width)
      for n in 0..<x.n {
        for c in 0..<x.c {
          for v in 0..<size.height {
            for u in 0..<size.width {
              let rows = v * x.h / size.height..<((v + 1) * x.h + size.height - 1) / size.height
              let columns = u * x.w / size.width..<((u + 1) * x.w + size.width - 1) / size.width
              var sum = 0.0
              for a in rows { for b in columns { sum += x[n, c, a, b] } }
              y[n, c, v, u] = sum / Double(rows.count * columns.count)
            }
          }
        }
      }
      return y
    case .transposedConvolution(_, let outputs, let k, let s, let p, let e, let d, let groups, _):
      return transposedConvolution(node.name, x, outputs, k, s, p, e, d, groups)
    case .sllConvolution(_, let inner): return sllConvolution(node.name, x, inner)
    case .sllLinear(_, let inner): return sllLinear(node.name, x, inner)
    default: preconditionFailure("the interpreter does not know \(node.op)")
    }
  }

  private func tokens(_ x: Value) -> Value {
    var y = Value(x.n, x.h * x.w, 1, x.c)
    for n in 0..<x.n {
      for c in 0..<x.c { for p in 0..<x.h * x.w { y[n, p, 0, c] = x[n, c, p / x.w, p % x.w] } }
    }
    return y
  }

  private func pointwise(_ x: Value, _ body: (Double) -> Double) -> Value {
    var y = x
    y.scalars = x.scalars.map(body)
    return y
  }

  private func image(_ x: Value, _ body: (Double, Int) -> Double) -> Value {
    var y = x
    for i in y.scalars.indices { y.scalars[i] = body(x.scalars[i], i / (x.h * x.w) % x.c) }
    return y
  }

  private func byRow(_ x: Value, _ columns: Int, _ body: ([Double]) -> [Double]) -> Value {
    var y = x
    for start in stride(from: 0, to: x.scalars.count, by: columns) {
      y.scalars.replaceSubrange(start..<start + columns, with: body(Array(x.scalars[start..<start + columns])))
    }
    return y
  }

  private static func softmax(_ row: [Double]) -> [Double] {
    let top = row.max() ?? 0
    let powers = row.map { exp($0 - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// Values one behind the other in the channels, and zeros behind them.
  private func pieces(_ n: Int, _ channels: Int, _ h: Int, _ w: Int, _ parts: [Value]) -> Value {
    var y = Value(n, channels, h, w)
    var first = 0
    for part in parts {
      for i in 0..<n {
        for c in 0..<part.c { for a in 0..<h { for b in 0..<w { y[i, first + c, a, b] = part[i, c, a, b] } } }
      }
      first += part.c
    }
    return y
  }

  private func attention(_ x: Value, _ heads: Int) -> Value {
    let width = x.w / 3
    let depth = width / heads
    var y = Value(x.n, x.c, 1, width)
    for n in 0..<x.n {
      for head in 0..<heads {
        for t in 0..<x.c {
          let scores = (0..<x.c).map { s in
            (0..<depth).reduce(0.0) {
              $0 + x[n, t, 0, head * depth + $1] * x[n, s, 0, width + head * depth + $1]
            } / Double(depth).squareRoot()
          }
          let weights = Interpreter.softmax(scores)
          for k in 0..<depth {
            y[n, t, 0, head * depth + k] = (0..<x.c).reduce(0.0) {
              $0 + weights[$1] * x[n, $1, 0, 2 * width + head * depth + k]
            }
          }
        }
      }
    }
    return y
  }

  private func transposedConvolution(
    _ name: String, _ x: Value, _ outputs: Int, _ k: Extent, _ s: Extent, _ p: Extent, _ e: Extent, _ d: Extent,
    _ groups: Int
  ) -> Value {
    let (weight, bias) = (parameters[name + ".weight"]!, parameters[name + ".bias"])
    let (perInput, perOutput) = (x.c / groups, outputs / groups)
    var y = Value(
      x.n, outputs, (x.h - 1) * s.height - 2 * p.height + d.height * (k.height - 1) + 1 + e.height,
      (x.w - 1) * s.width - 2 * p.width + d.width * (k.width - 1) + 1 + e.width)
    for n in 0..<x.n {
      if let bias { for o in 0..<outputs { for a in 0..<y.h { for b in 0..<y.w { y[n, o, a, b] = bias[o] } } } }
      for c in 0..<x.c {
        for o in 0..<perOutput {
          for a in 0..<x.h {
            for b in 0..<x.w {
              for u in 0..<k.height {
                for v in 0..<k.width {
                  let (row, column) = (a * s.height - p.height + u * d.height, b * s.width - p.width + v * d.width)
                  guard row >= 0, row < y.h, column >= 0, column < y.w else { continue }
                  y[n, c / perInput * perOutput + o, row, column] +=
                    x[n, c, a, b] * weight[((c * perOutput + o) * k.height + u) * k.width + v]
                }
              }
            }
          }
        }
      }
    }
    return y
  }
}
