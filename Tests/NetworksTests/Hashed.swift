import Networks
import Tensors

/// The values of Tests/Reference/networks.py: an integer hash of name and index, so that no weights need storing.
enum Hashed {
  static func uniform(_ name: String, _ count: Int) -> [Double] {
    var start: UInt32 = 0x811C_9DC5
    for byte in name.utf8 { start = (start ^ UInt32(byte)) &* 0x0100_0193 }
    return (0..<count).map { index in
      var x = UInt32(truncatingIfNeeded: index + 1) &* 2_654_435_761 &+ start
      x = (x ^ (x >> 15)) &* 2_246_822_519
      x = (x ^ (x >> 13)) &* 3_266_489_917
      x ^= x >> 16
      return Double(x >> 8) * 0x1p-24
    }
  }

  static func tensor(_ name: String, _ shape: Shape) -> Tensor {
    Tensor(uniform(name, shape.count).map { Float($0) }, shape)
  }

  static func parameters(_ graph: Graph) throws -> Parameters {
    var tensors: [String: Tensor] = [:]
    for spec in graph.parameters {
      let fan = Double(max(spec.shape.rowCount, 1))
      let values = uniform(spec.name, spec.shape.count).map { u in
        switch spec.role {
        case .weight: (2 * u - 1) * (6 / fan).squareRoot()
        case .scale, .runningVariance: 0.5 + u
        case .bias, .shift, .runningMean: (2 * u - 1) * 0.2
        }
      }
      tensors[spec.name] = Tensor(values.map { Float($0) }, spec.shape)
    }
    return try Parameters(graph, tensors: tensors)
  }
}
