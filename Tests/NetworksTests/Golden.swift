import Foundation
import Tensors
import TestWeights

/// The files that Tests/Reference/networks.py wrote.
enum Golden {
  struct File<Case: Decodable>: Decodable { let cases: [String: Case] }

  typealias Samples = TestWeights.Samples

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
