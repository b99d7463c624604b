internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Networks
internal import Tensors

/// A LoRA of the matrices `attn.qkv`, as the library peft saved it: a folder with `adapter_model.safetensors` or
/// `adapter_model.bin`, and `adapter_config.json`. (Hu et al., "LoRA: Low-rank adaptation of large language models", 2021.)
///
/// Two forms, told by their shapes. Releases since v0.2: A [r, D] and B [3 D, r], W + (α / r) B A. Release v0.1: q and v
/// alone, A [2 r, D] and B [2 D, r, 1] one above the other, W_q + (α / r) B_q A_q and W_v + (α / r) B_v A_v; its α is 0.5
/// and its r 16 if the folder does not say it.
struct Adapter {
  private struct Place: Hashable {
    let branch: Int
    let block: Int

    func name(_ side: String, isShared: Bool) -> String {
      (isShared ? "extractor_list.\(branch).model." : "") + "blocks.\(block).attn.qkv.lora_\(side).weight"
    }
  }

  private let path: String
  private let configuration: AdapterConfiguration?
  private var a: [Place: Tensor] = [:]
  private var b: [Place: Tensor] = [:]

  /// Whether a folder is there.
  static func exists(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: folder) }

  /// - Throws: `FileFormatError`; `PluginError.unusable` for a folder without a file, or with two, for names that are no
  ///   part of such a LoRA, and for a configuration that asks for something else.
  init(folder: String) throws {
    let found = ["adapter_model.safetensors", "adapter_model.bin"].map { "\(folder)/\($0)" }.filter(Adapter.exists)
    guard let path = found.first, found.count == 1 else {
      throw PluginError.unusable(
        plugin: DreamSimPlugin.name,
        reason: "\(folder): has \(found.count) of adapter_model.safetensors and adapter_model.bin, expected one")
    }
    self.path = path
    configuration = try AdapterConfiguration(folder: folder)
    var surplus: [String] = []
    for (name, tensor) in try WeightFile(contentsOf: path).tensors {
      guard let (place, side) = Adapter.place(of: name) else {
        surplus.append(name)
        continue
      }
      guard tensor.isFinite else { throw unusable("\(NetworkError.notFinite(name: name))") }
      if side == "A" { a[place] = tensor } else { b[place] = tensor }
    }
    guard surplus.isEmpty else { throw unusable("\(NetworkError.surplusParameters(names: surplus.sorted()))") }
  }

  /// `….extractor_list.1.model.blocks.3.attn.qkv.lora_A.weight`, or without a list for the only branch; `.default` may
  /// stand before `.weight`.
  private static func place(of name: String) -> (Place, side: String)? {
    let words = name.split(separator: ".").map(String.init).filter { $0 != "default" }
    guard let start = words.lastIndex(of: "blocks"), words.count == start + 6, let block = Int(words[start + 1]),
      words[(start + 2)...(start + 3)] == ["attn", "qkv"], words[start + 5] == "weight",
      let side = ["lora_A": "A", "lora_B": "B"][words[start + 4]]
    else { return nil }
    guard let list = words.firstIndex(of: "extractor_list") else { return (Place(branch: 0, block: block), side) }
    guard list + 1 < start, let branch = Int(words[list + 1]) else { return nil }
    return (Place(branch: branch, block: block), side)
  }

  /// Adds the LoRA to the weights of all its branches.
  /// - Throws: `PluginError.unusable` naming matrices that are missing, surplus or of another shape.
  func merge(into branches: inout [[String: Tensor]], depths: [Int]) throws {
    let places = depths.enumerated().flatMap { branch, depth in
      (0..<depth).map { Place(branch: branch, block: $0) }
    }
    let isShared = depths.count > 1
    let missing = places.flatMap { place in
      [("A", a[place]), ("B", b[place])].filter { $0.1 == nil }.map { place.name($0.0, isShared: isShared) }
    }
    guard missing.isEmpty else { throw unusable("\(NetworkError.missingParameters(names: missing))") }
    let surplus = Set(a.keys).union(b.keys).subtracting(places).map { $0.name("A", isShared: true) }.sorted()
    guard surplus.isEmpty else { throw unusable("\(NetworkError.surplusParameters(names: surplus))") }
    for place in places {
      guard let a = a[place], let b = b[place] else { continue }
      let name = "blocks.\(place.block).attn.qkv.weight"
      guard let weight = branches[place.branch][name] else { continue }
      branches[place.branch][name] = try merged(weight, a, b, place.name("A", isShared: isShared))
    }
  }

  private func merged(_ weight: Tensor, _ a: Tensor, _ b: Tensor, _ name: String) throws -> Tensor {
    let width = weight.shape[1]
    func wrong(_ expected: String) -> PluginError {
      unusable("\(name) and its B have the shapes \(a.shape) and \(b.shape), expected \(expected)")
    }
    guard a.shape.rank == 2, a.shape[1] == width, (2...3).contains(b.shape.rank), b.shape[1] > 0 else {
      throw wrong("[r, \(width)] and [\(3 * width), r], or [2 r, \(width)] and [\(2 * width), r, 1]")
    }
    let rank = b.shape[1]
    if b.shape.rank == 2 {
      guard a.shape[0] == rank, b.shape[0] == 3 * width else {
        throw wrong("[\(rank), \(width)] and [\(3 * width), \(rank)]")
      }
      guard let configuration else { throw unusable("has no adapter_config.json beside it, which says the scale") }
      return weight + b.matmul(a) * (try scale(configuration, rank: rank))
    }
    guard a.shape[0] == 2 * rank, b.shape.extents == [2 * width, rank, 1] else {
      throw wrong("[\(2 * rank), \(width)] and [\(2 * width), \(rank), 1]")
    }
    let scale = try configuration.map { try self.scale($0, rank: rank) } ?? 0.5 / 16
    let up = b.reshaped([2 * width, rank])
    let (q, v) = (
      up.rows(0..<width).matmul(a.rows(0..<rank)) * scale,
      up.rows(width..<2 * width).matmul(a.rows(rank..<2 * rank)) * scale
    )
    return Tensor(concatenating: [
      weight.rows(0..<width) + q, weight.rows(width..<2 * width), weight.rows(2 * width..<3 * width) + v,
    ])
  }

  private func scale(_ configuration: AdapterConfiguration, rank: Int) throws -> Float {
    guard configuration.rank == rank else {
      throw unusable("its matrices have rank \(rank), but adapter_config.json says r = \(configuration.rank)")
    }
    return configuration.scale
  }

  private func unusable(_ reason: String) -> PluginError {
    .unusable(plugin: DreamSimPlugin.name, reason: "\(path): \(reason)")
  }
}
