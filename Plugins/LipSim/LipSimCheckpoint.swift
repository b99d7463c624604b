internal import FileFormats
internal import Foundation
internal import Networks
internal import Tensors

/// The network of a LipSim checkpoint, its size inferred from the tensors.
///
/// A `.pth` file of LipSim holds its weights under `model_state_dict`, with the prefixes `module.` (of parallel training)
/// and `model.` (of the wrapper that normalises pixels), one of them, or none; `module.backbone.` counts as `module.`. Each
/// tensor has two names, `convs.{i}.*` and `base.1.{i}.*`, `linear.{j}.*` and `base.2.{j}.*`, which must agree. Entries that
/// contain `alpha`, which other layers of LipSim's code store and nothing reads, are passed over. A safetensors file may
/// hold the same names. All else, and anything missing, is an error: the published loader takes none of it silently.
struct LipSimCheckpoint {
  let network: SLLNetwork
  /// By the names of `SLLNetwork.graph`.
  let tensors: [String: Tensor]
  /// Numbers after `convs.`'s width: channels × windows of the flattened image.
  let width: Int

  /// - Throws: `LipSimError.checkpoint`, `FileFormatError`.
  init(contentsOf path: String) throws {
    let isSafe = path.lowercased().hasSuffix(".safetensors")
    var entries: [String: Tensor]
    if isSafe {
      entries = try SafeTensors(contentsOf: path).tensors
    } else {
      let file = try PyTorchFile(contentsOf: path)
      entries = try file.tensors(at: file.value["model_state_dict"] == nil ? [] : ["model_state_dict"])
    }
    entries = entries.filter { !$0.key.contains("alpha") }
    try self.init(entries, file: path)
  }

  /// - Throws: `LipSimError.checkpoint`.
  init(_ entries: [String: Tensor], file: String) throws {
    func wrong(_ reason: String) -> LipSimError { .checkpoint(file: file, reason: reason) }
    var own: [String: Tensor] = [:]
    for (name, tensor) in entries.sorted(by: { $0.key < $1.key }) {
      let (plain, isAlias) = Self.plainName(name)
      guard let plain else { throw wrong("'\(name)' belongs to no LipSim network") }
      if let known = own[plain] {
        guard known == tensor else {
          throw wrong("'\(name)' and its \(isAlias ? "original" : "alias") hold different numbers, expected one tensor")
        }
      } else {
        own[plain] = tensor
      }
    }
    guard let kernel = own["convs.0.kernel"], kernel.shape.rank == 4 else {
      throw wrong("it has no 'convs.0.kernel' of shape [inner, channels, 3, 3], with or without prefix")
    }
    guard let weight = own["linear.1.weight"], weight.shape.rank == 2 else {
      throw wrong("it has no 'linear.1.weight' of shape [features, width], with or without prefix")
    }
    func count(_ kind: String, from first: Int) -> Int {
      var next = first
      while own.keys.contains(where: { $0.hasPrefix("\(kind).\(next).") }) { next += 1 }
      return next - first
    }
    network = SLLNetwork(
      depth: count("convs", from: 0), channels: kernel.shape[1], inner: kernel.shape[0],
      linearDepth: count("linear", from: 1), features: weight.shape[0])
    width = weight.shape[1]
    guard width % network.channels == 0 else {
      throw wrong("'linear.1.weight' reads \(width) numbers, no multiple of the \(network.channels) channels")
    }
    try Self.check(&own, network, width: width, wrong)
    tensors = own
  }

  /// Every tensor is there in its shape, and no other.
  private static func check(
    _ own: inout [String: Tensor], _ network: SLLNetwork, width: Int, _ wrong: (String) -> LipSimError
  ) throws {
    var expected: [String: Shape] = [:]
    for i in 0..<network.depth {
      expected["convs.\(i).kernel"] = [network.inner, network.channels, 3, 3]
      expected["convs.\(i).bias"] = [1, network.inner, 1, 1]
      expected["convs.\(i).q"] = [network.inner]
    }
    for j in 1..<network.linearDepth + 1 {
      expected["linear.\(j).weight"] = [network.features, width]
      expected["linear.\(j).bias"] = [1, network.features]
      expected["linear.\(j).q"] = [network.features]
    }
    let missing = expected.keys.filter { own[$0] == nil }.sorted()
    guard missing.isEmpty else { throw wrong("it lacks \(missing.joined(separator: ", "))") }
    let surplus = own.keys.filter { expected[$0] == nil }.sorted()
    guard surplus.isEmpty else { throw wrong("nothing reads \(surplus.joined(separator: ", "))") }
    for (name, shape) in expected.sorted(by: { $0.key < $1.key }) {
      guard let tensor = own[name] else { continue }
      // Older files have biases without the extents of 1.
      guard tensor.shape == shape || (name.hasSuffix(".bias") && tensor.shape.count == shape.count) else {
        throw wrong("'\(name)' has the shape \(tensor.shape), expected \(shape)")
      }
      guard tensor.isFinite else { throw wrong("'\(name)' holds numbers that are not finite") }
      own[name] = tensor.reshaped(shape)
    }
  }

  /// The name without prefixes and by its original, and whether it was an alias; nil for no name of the network.
  private static func plainName(_ name: String) -> (String?, isAlias: Bool) {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.first == "module" { parts.removeFirst() }
    if parts.first == "backbone" || parts.first == "model" { parts.removeFirst() }
    if parts.first == "model" { parts.removeFirst() }
    var isAlias = false
    if parts.count == 4, parts[0] == "base", parts[1] == "1" || parts[1] == "2" {
      parts = [parts[1] == "1" ? "convs" : "linear"] + parts[2...]
      isAlias = true
    }
    guard parts.count == 3, Int(parts[1]) != nil else { return (nil, isAlias) }
    let known = parts[0] == "convs" ? ["kernel", "bias", "q"] : parts[0] == "linear" ? ["weight", "bias", "q"] : []
    return (known.contains(parts[2]) ? parts.joined(separator: ".") : nil, isAlias)
  }
}
