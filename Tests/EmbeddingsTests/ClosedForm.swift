import Foundation
import Networks
import Tensors

/// The tensors of Tests/Reference/embeddings.py: closed formulas instead of weight files.
enum ClosedForm {
  private static func wave(_ i: Int, _ k: Int) -> Double {
    let j = Double(i % 4999)
    return sin(0.3 * Double(k) + 0.7 * j + 0.013 * (j * j))
  }

  static func parameters(of graph: Graph) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (k, spec) in graph.parameters.enumerated() {
      tensors[spec.name] = Tensor(
        (0..<spec.shape.count).map { i in
          let wave = wave(i, k)
          return switch spec.role {
          case .runningVariance: Float(1 + 0.5 * wave)
          case .scale: Float(1 + 0.25 * wave)
          case .weight: Float(wave * (6 / Double(spec.shape.rowCount)).squareRoot())
          default: Float(0.1 * wave)
          }
        }, spec.shape)
    }
    return tensors
  }

  static func pixels(_ shape: Shape) -> Tensor {
    Tensor((0..<shape.count).map { Float(0.5 + 0.5 * wave($0, 0)) }, shape)
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "gauntlet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  deinit { try? FileManager.default.removeItem(at: url) }
}
