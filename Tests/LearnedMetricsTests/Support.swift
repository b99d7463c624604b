import FileFormats
import Foundation
import GauntletKit
import Gradients
import LearnedMetrics
import Networks
import Tensors
import TestWeights

/// The file that Tests/Reference/learned_metrics.py wrote.
struct Golden: Decodable {
  struct Case: Decodable {
    let height: Int
    let width: Int
    let distances: [Double]
    let gradients: [Samples]
  }
  let cases: [String: Case]

  static func load(_ name: String) throws -> Case {
    let golden = try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path("learned.json"))))
    guard let value = golden.cases[name] else { throw CocoaError(.keyValueValidation) }
    return value
  }

  static func path(_ name: String) throws -> String {
    guard let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Golden") else {
      throw CocoaError(.fileNoSuchFile)
    }
    return url.path
  }

  /// The images of the generator, and fixed ones near them.
  static func images(_ height: Int, _ width: Int, count: Int = 3) -> (Tensor, Tensor) {
    let x = Hashed.tensor("images", [count, 3, height, width])
    let y = Hashed.tensor("fixed", [count, 3, height, width])
    // The generator mixes in double precision.
    return (x, x.zip(y) { Float(0.75 * Double($0) + 0.25 * Double($1)) })
  }
}

/// Distances and the gradient of their weighted sum.
func evaluated(_ metric: any Metric, _ x: Tensor, _ y: Tensor) throws -> (distances: Tensor, gradient: Tensor) {
  let leaf = Variable(leaf: x)
  let distances = try metric.distances(from: leaf, to: metric.features(of: y))
  return (distances.value, try distances.gradient(of: leaf, seed: Hashed.tensor("seed", [x.rows])))
}

/// The largest difference relative to each expected value.
func relativeError(_ a: Tensor, _ b: [Double]) -> Double {
  zip(a.scalars, b).reduce(a.count == b.count ? 0 : .infinity) { max($0, abs(Double($1.0) - $1.1) / abs($1.1)) }
}

func metric(_ reference: String) throws -> any Metric {
  var registry = Registry()
  try LearnedMetrics.register(in: &registry)
  return try registry.metrics.make(try PluginReference(reference))
}

/// Files that go away with the test.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "gauntlet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func write(_ tensors: [String: Tensor], _ name: String) throws -> String {
    let path = url.appending(path: name).path
    try SafeTensors(tensors: tensors).write(to: path)
    return path
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}

/// The hashed backbone under torchvision's names, without its classifier.
func hashedBackbone(_ backbone: FeatureBackbone) -> [String: Tensor] {
  backbone.stages(mean: [0, 0, 0], deviation: [1, 1, 1]).reduce(into: [:]) { tensors, stage in
    tensors.merge(Hashed.tensors(stage)) { first, _ in first }
  }
}

/// The hashed linear weights, as the package lpips names them.
func hashedLinear(_ backbone: FeatureBackbone) -> [String: Tensor] {
  Dictionary(
    uniqueKeysWithValues: backbone.channels.enumerated().map {
      ("lin\($0.offset).model.1.weight", Hashed.tensor("lin\($0.offset)", [1, $0.element, 1, 1]))
    })
}
