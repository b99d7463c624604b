import DreamSim
import FileFormats
import Foundation
import GauntletKit
import Tensors
import Testing

/// Folders that are not what a release unpacks to: the error names what is wrong, and where.
@Suite(.serialized) struct BadFolderTests {
  private func message(_ type: DreamSimType, _ folder: WeightFolder) throws -> String {
    do { _ = try DreamSimPlugin.weights(of: type, in: folder.path, isTuned: true) } catch {
      let text = "\(error)"
      #expect(!text.contains("\n"))
      return text
    }
    Issue.record("no error")
    return ""
  }

  private func adapter(_ folder: WeightFolder, _ change: (inout [String: Tensor]) -> Void) throws {
    try folder.copy("ensemble_lora", to: "ensemble_lora")
    let path = folder.url.appending(path: "ensemble_lora/adapter_model.safetensors").path
    var file = try SafeTensors(contentsOf: path)
    change(&file.tensors)
    try file.write(to: path)
  }

  private static let first = "base_model.model.extractor_list.1.model.blocks.1.attn.qkv.lora_A.weight"

  @Test(arguments: ["missing", "surplus", "unknown", "shape", "nan"])
  func adaptersAreChecked(_ mistake: String) throws {
    let folder = try WeightFolder(Miniature.ensemble)
    try adapter(folder) { tensors in
      switch mistake {
      case "missing": tensors[Self.first] = nil
      case "surplus":
        tensors["base_model.model.extractor_list.3.model.blocks.1.attn.qkv.lora_A.weight"] = Tensor(zeros: [4, 64])
      case "unknown":
        tensors["base_model.model.extractor_list.1.model.blocks.1.mlp.fc1.lora_A.weight"] = Tensor(zeros: [4, 64])
      case "shape": tensors[Self.first] = Tensor(zeros: [4, 32])
      default: tensors[Self.first]?[3] = .nan
      }
    }
    let text = try message(Miniature.ensemble, folder)
    let named = ["surplus": "extractor_list.3", "unknown": "mlp.fc1.lora_A"][mistake]
    #expect(text.contains(named ?? "extractor_list.1.model.blocks.1.attn.qkv.lora_A"), "\(text)")
    #expect(text.contains("ensemble_lora/adapter_model.safetensors"), "\(text)")
  }

  @Test(arguments: [
    (#"{"r": 8, "lora_alpha": 2}"#, "r = 8"), (#"{"r": 4, "lora_alpha": 2, "bias": "all"}"#, "bias"),
    (#"{"r": 4, "lora_alpha": 2, "use_dora": true}"#, "use_dora"), (#"{"lora_alpha": 2}"#, "'r'"),
    (#"{"r": "four", "lora_alpha": 2}"#, "'r'"), ("{", "JSON"), ("", "adapter_config.json"),
  ])
  func configurationsAreChecked(_ text: String, _ named: String) throws {
    let folder = try WeightFolder(Miniature.ensemble)
    try adapter(folder) { _ in }
    let url = folder.url.appending(path: "ensemble_lora/adapter_config.json")
    try FileManager.default.removeItem(at: url)
    if !text.isEmpty { try text.write(to: url, atomically: true, encoding: .utf8) }
    let message = try message(Miniature.ensemble, folder)
    #expect(message.contains(named), "\(message)")
  }

  @Test func whatIsNotThereIsNamed() throws {
    let folder = try WeightFolder(Miniature.single)
    #expect(try message(Miniature.single, folder).contains("dino_vitb16_single_lora"))
    #expect(try message(Miniature.ensemble, folder).contains("clip_vitb16_pretrain.pth"))
    try folder.write([:], "clip_vitb16_pretrain")
    #expect(try message(Miniature.ensemble, folder).contains("parameters are missing: patch_embed.proj.weight"))
    let both = try WeightFolder(Miniature.ensemble)
    try both.copy("old_lora", to: "clip_vitb16_lora")
    #expect(try message(Miniature.ensemble, both).contains("no dino_vitb16_lora"))
    try both.copy("ensemble_lora", to: "ensemble_lora")
    #expect(try message(Miniature.ensemble, both).contains("two releases"))
    try both.copy("old_lora/adapter_model.bin", to: "ensemble_lora/adapter_model.bin")
    try FileManager.default.removeItem(at: both.url.appending(path: "clip_vitb16_lora"))
    #expect(try message(Miniature.ensemble, both).contains("has 2 of adapter_model.safetensors and adapter_model.bin"))
  }

  @Test func prefixesOfCheckpointsAreTakenAway() throws {
    let folder = try WeightFolder(Miniature.single)
    let plain = try DreamSimPlugin.weights(of: Miniature.single, in: folder.path, isTuned: false)
    let tensors = try Miniature.weights(Miniature.dino, side: 32)
    for prefix in ["module.visual.", "module.backbone.", "backbone."] {
      var named = Dictionary(uniqueKeysWithValues: tensors.map { (prefix + $0.key, $0.value) })
      let root = prefix == "backbone." ? "" : "module."
      named[root + "head.mlp.0.weight"] = Tensor(zeros: [2, 64])
      try folder.write(named, "dino_vitbase16_pretrain")
      #expect(try DreamSimPlugin.weights(of: Miniature.single, in: folder.path, isTuned: false) == plain, "\(prefix)")
    }
    try folder.write(["module.head.mlp.0.weight": Tensor(zeros: [2, 64])], "dino_vitbase16_pretrain")
    #expect(try message(Miniature.single, folder).contains("a head and no backbone"))
    var surplus = tensors
    surplus["blocks.2.norm1.weight"] = Tensor(zeros: [64])
    try folder.write(surplus, "dino_vitbase16_pretrain")
    #expect(try message(Miniature.single, folder).contains("blocks.2.norm1.weight"))
  }
}
