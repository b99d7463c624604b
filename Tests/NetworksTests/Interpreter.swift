import Networks
import Tensors

/// A graph computed the plain way, in double precision: what the engine is compared with.
struct Interpreter {
  /// [n, c, h, w]; rows of embeddings have h = w = 1.
  struct Value {
    var n: Int
    var c: Int
    var h: Int
    var w: Int
    var scalars: [Double]

    init(_ n: Int, _ c: Int, _ h: Int, _ w: Int) {
      (self.n, self.c, self.h, self.w) = (n, c, h, w)
      scalars = Array(repeating: 0, count: n * c * h * w)
    }

    subscript(i: Int, j: Int, y: Int, x: Int) -> Double {
      get { scalars[((i * c + j) * h + y) * w + x] }
      set { scalars[((i * c + j) * h + y) * w + x] = newValue }
    }
  }

  let graph: Graph
  var parameters: [String: [Double]]
  var usesBatchStatistics = false

  func callAsFunction(_ images: Value) -> [Double] {
    var values = [images]
    for node in graph.nodes { values.append(compute(node, node.inputs.map { values[$0.index] })) }
    return values[graph.output.index].scalars
  }

  private func compute(_ node: Graph.Node, _ inputs: [Value]) -> Value {
    let x = inputs[0]
    switch node.op {
    case .affine(let mean, let deviation):
      return byChannel(x) { (Double($0) - Double(mean[$1])) / Double(deviation[$1]) }
    case .convolution(_, let outputs, let k, let s, let p, let d, let groups, _):
      return convolution(node.name, x, outputs, k, s, p, d, groups)
    case .batchNorm(_, let epsilon): return norm(node.name, x, Double(epsilon))
    case .relu: return byChannel(x) { value, _ in max(value, 0) }
    case .maxPool(let k, let s, let p, let up):
      return windows(x, k, s, p, roundsUp: up) { inside, _ in inside.max() ?? 0 }
    case .averagePool(let k, let s, let p, let countsPadding, let up, let divisor):
      return windows(x, k, s, p, roundsUp: up) { inside, all in
        inside.reduce(0, +) / Double(divisor ?? (countsPadding ? all : inside.count))
      }
    case .globalAveragePool:
      var y = Value(x.n, x.c, 1, 1)
      for i in 0..<x.n * x.c {
        y.scalars[i] = x.scalars[i * x.h * x.w..<(i + 1) * x.h * x.w].reduce(0, +) / Double(x.h * x.w)
      }
      return y
    case .flatten:
      var y = x
      (y.c, y.h, y.w) = (x.c * x.h * x.w, 1, 1)
      return y
    case .linear(let columns, let outputs, _):
      let separator = node.name.hasSuffix("_") ? "" : "."
      let weight = parameters[node.name + separator + "weight"]!
      let bias = parameters[node.name + separator + "bias"]
      // Every row of `columns` scalars: an embedding, or a token.
      let isSequence = x.w > 1
      var y = isSequence ? Value(x.n, x.c, 1, outputs) : Value(x.n, outputs, 1, 1)
      for row in 0..<x.scalars.count / columns {
        for o in 0..<outputs {
          var sum = bias?[o] ?? 0
          for j in 0..<columns { sum += x.scalars[row * columns + j] * weight[o * columns + j] }
          y.scalars[row * outputs + o] = sum
        }
      }
      return y
    case .add:
      var y = x
      for i in y.scalars.indices { y.scalars[i] += inputs[1].scalars[i] }
      return y
    default: return computeMore(node, inputs)
    }
  }

  private func byChannel(_ x: Value, _ body: (Double, Int) -> Double) -> Value {
    var y = x
    for i in y.scalars.indices { y.scalars[i] = body(x.scalars[i], i / (x.h * x.w) % x.c) }
    return y
  }

  func convolution(
    _ name: String, _ x: Value, _ outputs: Int, _ k: Extent, _ s: Extent, _ p: Extent, _ d: Extent, _ groups: Int
  ) -> Value {
    let (weight, bias) = (parameters[name + ".weight"]!, parameters[name + ".bias"])
    let inputs = x.c / groups
    var y = Value(
      x.n, outputs, (x.h + 2 * p.height - d.height * (k.height - 1) - 1) / s.height + 1,
      (x.w + 2 * p.width - d.width * (k.width - 1) - 1) / s.width + 1)
    for i in 0..<x.n {
      for o in 0..<outputs {
        for v in 0..<y.h {
          for u in 0..<y.w {
            var sum = bias?[o] ?? 0
            for j in 0..<inputs {
              let channel = o / (outputs / groups) * inputs + j
              for a in 0..<k.height {
                let row = v * s.height - p.height + a * d.height
                guard row >= 0, row < x.h else { continue }
                for b in 0..<k.width {
                  let column = u * s.width - p.width + b * d.width
                  guard column >= 0, column < x.w else { continue }
                  sum += x[i, channel, row, column] * weight[((o * inputs + j) * k.height + a) * k.width + b]
                }
              }
            }
            y[i, o, v, u] = sum
          }
        }
      }
    }
    return y
  }

  private func norm(_ name: String, _ x: Value, _ epsilon: Double) -> Value {
    var (mean, variance) = (parameters[name + ".running_mean"]!, parameters[name + ".running_var"]!)
    if usesBatchStatistics {
      for c in 0..<x.c {
        var all: [Double] = []
        for i in 0..<x.n {
          let start = (i * x.c + c) * x.h * x.w
          all += x.scalars[start..<start + x.h * x.w]
        }
        mean[c] = all.reduce(0, +) / Double(all.count)
        variance[c] = all.reduce(0) { $0 + ($1 - mean[c]) * ($1 - mean[c]) } / Double(all.count)
      }
    }
    let (gamma, beta) = (parameters[name + ".weight"]!, parameters[name + ".bias"]!)
    return byChannel(x) { (value, c) in
      gamma[c] * (value - mean[c]) / (variance[c] + epsilon).squareRoot() + beta[c]
    }
  }

  private func windows(
    _ x: Value, _ k: Extent, _ s: Extent, _ p: Extent, roundsUp: Bool, _ body: ([Double], Int) -> Double
  ) -> Value {
    func count(_ extent: Int, _ k: Int, _ s: Int, _ p: Int) -> Int {
      let count = (extent + 2 * p - k + (roundsUp ? s - 1 : 0)) / s + 1
      return roundsUp && (count - 1) * s >= extent + p ? count - 1 : count
    }
    var y = Value(
      x.n, x.c, count(x.h, k.height, s.height, p.height), count(x.w, k.width, s.width, p.width))
    for i in 0..<x.n {
      for c in 0..<x.c {
        for v in 0..<y.h {
          for u in 0..<y.w {
            var inside: [Double] = []
            for a in max(0, v * s.height - p.height)..<min(x.h, v * s.height - p.height + k.height) {
              for b in max(0, u * s.width - p.width)..<min(x.w, u * s.width - p.width + k.width) {
                inside.append(x[i, c, a, b])
              }
            }
            // Padding belongs to a window; what lies behind it does not.
            let (top, left) = (v * s.height - p.height, u * s.width - p.width)
            let rows = min(top + k.height, x.h + p.height) - top
            y[i, c, v, u] = body(inside, rows * (min(left + k.width, x.w + p.width) - left))
          }
        }
      }
    }
    return y
  }
}
