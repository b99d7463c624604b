package import Networks
package import Tensors

/// The values of Tests/Reference/networks.py: an integer hash of name and index, so that no weights need storing.
package enum Hashed {
  package static func uniform(_ name: String, _ count: Int) -> [Double] {
    let start = start(name)
    return (0..<count).map { value(start, $0) }
  }

  private static func start(_ name: String) -> UInt32 {
    name.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  private static func value(_ start: UInt32, _ index: Int) -> Double {
    var x = UInt32(truncatingIfNeeded: index + 1) &* 2_654_435_761 &+ start
    x = (x ^ (x >> 15)) &* 2_246_822_519
    x = (x ^ (x >> 13)) &* 3_266_489_917
    x ^= x >> 16
    return Double(x >> 8) * 0x1p-24
  }

  package static func tensor(_ name: String, _ shape: Shape) -> Tensor {
    Tensor(uniform(name, shape.count).map { Float($0) }, shape)
  }

  package static func parameters(_ graph: Graph) throws -> Parameters {
    try Parameters(graph, tensors: tensors(graph))
  }

  /// The parameters by name.
  package static func tensors(_ graph: Graph) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for spec in graph.parameters {
      let fan = Double(max(spec.shape.rowCount, 1))
      let (middle, width) =
        switch spec.role {
        case .weight: (0.0, 2 * (6 / fan).squareRoot())
        case .scale, .runningVariance: (1.0, 1.0)
        case .bias, .shift, .runningMean: (0.0, 0.4)
        }
      tensors[spec.name] = filled(spec.shape, start(spec.name), middle, width)
    }
    return tensors
  }

  /// A tensor under the name that somebody else gave it: matrices spread by fan in, scales around 1, the rest around 0.
  package static func published(_ name: String, _ shape: Shape) -> Tensor {
    let start = start(name)
    let (middle, width): (Double, Double) =
      if shape.rank > 1 {
        (0, 2 * (6 / Double(max(shape.rowCount, 1))).squareRoot())
      } else if name.hasSuffix("weight") || name.hasSuffix("gamma") || name.hasSuffix("running_var") {
        (1, 1)
      } else {
        (0, 0.4)
      }
    return filled(shape, start, middle, width)
  }

  /// Tens of millions of weights: written straight to where they stay, by all workers.
  private static func filled(_ shape: Shape, _ start: UInt32, _ middle: Double, _ width: Double) -> Tensor {
    Tensor(unsafeUninitialized: shape) { target in
      let (address, count) = (Int(bitPattern: target.baseAddress), target.count)
      Workers.forEach((count + 65535) / 65536) { piece in
        guard let base = UnsafeMutablePointer<Float>(bitPattern: address) else { return }
        for index in piece * 65536..<min((piece + 1) * 65536, count) {
          base[index] = Float((value(start, index) - 0.5) * width + middle)
        }
      }
    }
  }
}
