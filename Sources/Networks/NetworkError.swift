public import Tensors

/// What can be wrong with a graph, its weights or its images.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No architecture has this name.
  case unknownArchitecture(name: String, known: [String])
  /// A setting of an architecture that it cannot take.
  case badSetting(architecture: String, setting: String, got: String, expected: String)
  /// An operation cannot take inputs of these shapes.
  case badInput(layer: String, got: [Shape], expected: String)
  /// Images of another shape than the network was made for.
  case wrongImages(got: Shape, expected: String)
  /// Parameters that the graph names and nobody gave.
  case missingParameters(names: [String])
  /// Parameters that the graph does not name.
  case surplusParameters(names: [String])
  /// A parameter of another shape than its layer has.
  case wrongParameterShape(name: String, got: Shape, expected: Shape)
  /// A parameter that holds a NaN or an infinity.
  case notFinite(name: String)
  /// An optimiser's state that does not belong to these parameters.
  case badOptimizerState(name: String, expected: String)
  /// The library of primitives refused a piece of work.
  case primitive(layer: String, status: Int)

  public var description: String {
    switch self {
    case .unknownArchitecture(let name, let known):
      "no architecture is named \"\(name)\"; choose one of \(known.joined(separator: ", "))"
    case .badSetting(let architecture, let setting, let got, let expected):
      "architecture \(architecture) cannot take \(setting) = \(got); give \(expected)"
    case .badInput(let layer, let got, let expected):
      "layer \(layer) got \(got.map(\.description).joined(separator: " and ")), but takes \(expected)"
    case .wrongImages(let got, let expected):
      "images of shape \(got) do not fit a network that takes \(expected); resize or crop them first"
    case .missingParameters(let names):
      "\(names.count) parameters are missing: \(NetworkError.list(names)); give weights of the same architecture"
    case .surplusParameters(let names):
      "\(names.count) parameters belong to no layer: \(NetworkError.list(names)); give weights of the same architecture"
    case .wrongParameterShape(let name, let got, let expected):
      "parameter \(name) has shape \(got), but its layer takes \(expected); give weights of the same architecture"
    case .notFinite(let name):
      "parameter \(name) holds a value that is not finite; the weights are damaged, or training diverged"
    case .badOptimizerState(let name, let expected):
      "optimiser state \(name) does not fit: expected \(expected); restore the checkpoint that belongs to these weights"
    case .primitive(let layer, let status):
      "oneDNN refused the primitive of layer \(layer) with status \(status); report the layer's shapes"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }
}
