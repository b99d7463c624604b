import Foundation
import Tensors

/// The files that Tests/Reference/networks.py wrote.
enum Golden {
  struct File<Case: Decodable>: Decodable { let cases: [String: Case] }

  /// Evenly spaced scalars of a tensor, and the norm of all.
  struct Samples: Decodable {
    let step: Int
    let values: [Double]
    let norm: Double

    /// The largest difference, relative to the root mean square of the whole tensor.
    func error(_ tensor: Tensor) -> Double {
      let scalars = tensor.scalars
      let scale = max(norm / Double(scalars.count).squareRoot(), 1e-12)
      let norms = abs(scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() - norm) / max(norm, 1e-12)
      return values.enumerated().reduce(norms) { worst, item in
        max(worst, abs(Double(scalars[item.offset * step]) - item.element) / scale)
      }
    }
  }

  struct Evaluation: Decodable {
    let batch: Int
    let channels: Int
    let side: Int
    let normalized: Bool
    let embedding: Int
    let output: [Double]
    /// Of every image.
    let gradients: [Samples]
  }

  struct Training: Decodable {
    let batch: Int
    let channels: Int
    let side: Int
    let embedding: Int
    let outputs: [[Double]]
    let gradients: [String: Samples]
    let image: Samples
    let state: [String: Samples]
  }

  static func load<Case: Decodable>(_ name: String, as type: Case.Type) throws -> [String: Case] {
    guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Golden") else {
      throw CocoaError(.fileNoSuchFile)
    }
    return try JSONDecoder().decode(File<Case>.self, from: Data(contentsOf: url)).cases
  }
}

/// max |a − b| / max |b|.
func relativeError(_ a: [Float], _ b: [Double]) -> Double {
  let scale = b.reduce(1e-30) { max($0, abs($1)) }
  return a.count == b.count ? zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale : .infinity
}
