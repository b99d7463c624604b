internal import FileFormats
internal import GauntletKit
internal import Networks
internal import Tensors

/// The two parts of LPIPS's weights under one set of names: `features.…` as in torchvision, and `lin0` … by layer.
struct LPIPSWeights {
  var backbone: [String: Tensor] = [:]
  /// Layer → [C]
  var linear: [Int: [Float]] = [:]

  /// What a file holds: a backbone of torchvision (its classifier is left out), linear weights as the package `lpips` ships
  /// them, or a whole state dict of `lpips.LPIPS` with both, as R-LPIPS saves it.
  ///
  /// The names of such a state dict: `net.slice1.0.weight` for `features.0.weight`, `lin0.model.1.weight` (`.0.` without
  /// dropout), the same again as `lins.0.…`, `scaling_layer.shift` and `scaling_layer.scale`.
  /// - Throws: `FileFormatError`; `PluginError.unusable` for unknown names, for aliases that differ, and for another
  ///   scaling than the published one.
  init(contentsOf path: String, plugin: String) throws {
    var file = try WeightFile(contentsOf: path)
    file.removeCommonPrefixes(["module."])
    func unusable(_ reason: String) -> PluginError { .unusable(plugin: plugin, reason: "\(path): \(reason)") }
    for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) {
      let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      switch words[0] {
      case "features": backbone[name] = tensor
      case "classifier": break
      case "net" where words.count > 3 && words[1].hasPrefix("slice"):
        backbone["features." + words[2...].joined(separator: ".")] = tensor
      case "scaling_layer":
        let expected: [Float] = words.last == "shift" ? [-0.030, -0.088, -0.188] : [0.458, 0.448, 0.450]
        guard tensor.count == 3, zip(tensor.scalars, expected).allSatisfy({ abs($0 - $1) < 1e-6 }) else {
          throw unusable("\(name) is \(tensor.scalars.prefix(3)), expected the published \(expected)")
        }
      default:
        guard let layer = LPIPSWeights.layer(words) else { throw unusable("no part of LPIPS is called \(name)") }
        let scalars = tensor.scalars
        guard tensor.isFinite else { throw unusable("\(NetworkError.notFinite(name: name))") }
        guard linear[layer] == nil || linear[layer] == scalars else {
          throw unusable("\(name) differs from the same layer's weights under its other name")
        }
        linear[layer] = scalars
      }
    }
  }

  /// The layer that a name of linear weights has: `lin3.model.1.weight` or `lins.3.model.1.weight`.
  private static func layer(_ words: [String]) -> Int? {
    let isListed = words[0] == "lins"
    let rest = words.dropFirst(isListed ? 2 : 1)
    guard rest == ["model", "1", "weight"] || rest == ["model", "0", "weight"], words[0].hasPrefix("lin") else {
      return nil
    }
    return Int(isListed ? words[1] : String(words[0].dropFirst(3)))
  }

  /// The linear weights of all layers.
  /// - Throws: `PluginError.unusable` naming layers that are missing, surplus or of another width.
  func layers(_ channels: [Int], source: String, plugin: String) throws -> [[Float]] {
    func unusable(_ reason: String) -> PluginError { .unusable(plugin: plugin, reason: "\(source): \(reason)") }
    let missing = channels.indices.filter { linear[$0] == nil }.map { "lin\($0).model.1.weight" }
    guard missing.isEmpty else { throw unusable("\(NetworkError.missingParameters(names: missing))") }
    let surplus = linear.keys.filter { !channels.indices.contains($0) }.sorted().map { "lin\($0).model.1.weight" }
    guard surplus.isEmpty else { throw unusable("\(NetworkError.surplusParameters(names: surplus))") }
    return try channels.enumerated().map { layer, count in
      let weights = linear[layer] ?? []
      guard weights.count == count else {
        throw unusable(
          "lin\(layer).model.1.weight has \(weights.count) weights, expected one for each of \(count) channels")
      }
      return weights
    }
  }
}
