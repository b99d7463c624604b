internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Networks
internal import Tensors

extension DreamSimBranch {
  /// Endings that a base file may have; the first two are those of the releases.
  private static let endings = [".pth", ".pth.tar", ".pt", ".bin", ".safetensors"]
  /// What files hold besides the backbone: heads of DINO's training, and the final norm where class tokens are taken
  /// before it.
  private static let unused = ["head.", "norm."]

  /// The untuned weights by the graph's names.
  ///
  /// The files are DINO's and DINOv2's of torch hub, SynCLR's (`model`, behind `module.visual.`), and DreamSim's of CLIP and
  /// OpenCLIP (`state_dict`); names are those of DINO's code in all of them.
  /// - Throws: `FileFormatError`; `PluginError.unusable` where no file is there, or for names that are missing or unknown.
  func baseWeights(in folder: String, side: Int) throws -> [String: Tensor] {
    let names = files.flatMap { file in Self.endings.map { file + $0 } }
    guard
      let path = names.map({ folder + "/" + $0 }).first(where: { FileManager.default.fileExists(atPath: $0) })
    else {
      throw PluginError.unusable(
        plugin: DreamSimPlugin.name,
        reason: "\(folder): has no weights of \(name); put \(files[0])\(Self.endings[0]) there"
          + (files.count > 1 ? " (the backbone's file of torch hub)" : ""))
    }
    var file = try WeightFile(contentsOf: path, wrappers: WeightFile.usualWrappers + ["student"])
    let visual = file.tensors.filter { $0.key.hasPrefix("module.visual.") }
    if !visual.isEmpty { file.tensors = visual }
    file.removeCommonPrefixes(["module.", "visual."])
    // A checkpoint of DINO's training has its heads beside the backbone.
    let isHead = file.tensors.keys.allSatisfy { $0.hasPrefix("head.") } && !file.tensors.isEmpty
    file.tensors = file.tensors.filter { !$0.key.hasPrefix("head.") }
    guard !isHead else {
      throw PluginError.unusable(
        plugin: DreamSimPlugin.name,
        reason: "\(path): has a head and no backbone; put \(files[0])\(Self.endings[0]) there too")
    }
    file.removeCommonPrefixes(["backbone."])
    let known = Set(try graph(side: side).parameters.map(\.name))
    let tensors = file.tensors.filter { item in
      known.contains(item.key) || !Self.unused.contains { item.key.hasPrefix($0) }
    }
    do { return try Parameters(graph(side: side), tensors: tensors).dictionary } catch {
      throw PluginError.unusable(plugin: DreamSimPlugin.name, reason: "\(path): \(error)")
    }
  }
}
