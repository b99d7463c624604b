import DreamSim
import FileFormats
import Foundation
import GauntletKit
import Networks
import Tensors
import TestWeights

/// The file that Tests/Reference/dreamsim.py wrote.
struct Golden: Decodable {
  struct Case: Decodable {
    let embeddings: Samples
    let distances: [Double]
    let gradient: Samples
    /// The matrices behind a LoRA, branch by branch and block by block.
    let merged: [Samples]?
  }
  let cases: [String: Case]

  static func load(_ name: String) throws -> Case {
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url("dreamsim.json")))
    guard let value = golden.cases[name] else { throw CocoaError(.keyValueValidation) }
    return value
  }

  static func url(_ name: String) throws -> URL {
    guard let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Golden") else {
      throw CocoaError(.fileNoSuchFile)
    }
    return url
  }

  static func images(_ side: Int) -> (Tensor, Tensor) {
    let (x, y) = (Hashed.tensor("images", [3, 3, side, side]), Hashed.tensor("fixed", [3, 3, side, side]))
    return (x, x.zip(y) { Float(0.75 * Double($0) + 0.25 * Double($1)) })
  }
}

/// Models with two blocks of width 64.
enum Miniature {
  private static func branch(
    _ original: DreamSimBranch, _ style: VisionTransformer.Style, _ feature: VisionTransformer.Feature, patch: Int,
    grid: Int, _ normalization: Normalization, _ file: String
  ) -> DreamSimBranch {
    DreamSimBranch(
      name: original.name,
      transformer: VisionTransformer(
        width: 64, depth: 2, heads: 1, patch: patch, style: style, feature: feature, grid: grid),
      normalization: normalization, files: [file])
  }

  static let dino = branch(
    .dino, .dino, .classToken, patch: 16, grid: 2, .imagenet, "dino_vitbase16_pretrain")
  static let clip = branch(
    .clip(patch: 16), .clip, .projection(32), patch: 16, grid: 2, .clip, "clip_vitb16_pretrain")
  static let openCLIP = branch(
    .openCLIP(patch: 16), .openCLIP, .projection(32), patch: 16, grid: 2, .clip, "open_clip_vitb16_pretrain")
  static let dinov2 = branch(
    .dinov2, .dinov2, .tokens, patch: 14, grid: 5, .imagenet, "dinov2_vitb14_pretrain")

  static let ensemble = DreamSimType(name: "ensemble", branches: [dino, clip, openCLIP], side: 32)
  static let single = DreamSimType(name: "dino_vitb16", branches: [dino], side: 32)
  static let patches = DreamSimType(name: "dinov2_vitb14_patch", branches: [dinov2], isPatch: true, side: 42)

  /// Hashed weights of a branch; CLIPs have no bias at their patches.
  static func weights(_ branch: DreamSimBranch, side: Int) throws -> [String: Tensor] {
    var tensors = Hashed.tensors(try branch.graph(side: side))
    if tensors["proj"] != nil { tensors["patch_embed.proj.bias"] = Tensor(zeros: [64]) }
    return tensors
  }
}

/// A folder of weights that goes away with the test.
final class WeightFolder {
  let url: URL
  var path: String { url.path }

  /// With the base files of a type.
  init(_ type: DreamSimType) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "gauntlet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for branch in type.branches {
      var tensors = try Miniature.weights(branch, side: type.side)
      // What files have and no class token needs.
      if tensors["norm.weight"] == nil { tensors["norm.weight"] = Tensor(zeros: [64]) }
      tensors["mask_token"] = Tensor(zeros: [1, 64])
      try write(tensors, Self.files[branch.name, default: branch.name])
    }
  }

  private static let files = [
    "dino_vitb16": "dino_vitbase16_pretrain", "clip_vitb16": "clip_vitb16_pretrain",
    "open_clip_vitb16": "open_clip_vitb16_pretrain", "dinov2_vitb14": "dinov2_vitb14_pretrain",
  ]

  func write(_ tensors: [String: Tensor], _ name: String) throws {
    try SafeTensors(tensors: tensors).write(to: url.appending(path: name + ".safetensors").path)
  }

  func copy(_ golden: String, to name: String) throws {
    try FileManager.default.copyItem(at: Golden.url(golden), to: url.appending(path: name))
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
