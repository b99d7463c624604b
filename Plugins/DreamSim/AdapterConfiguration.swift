internal import Foundation
internal import GauntletKit

/// What `adapter_config.json` says of a LoRA, as far as it changes numbers.
struct AdapterConfiguration {
  let rank: Int
  /// What the product of its matrices is multiplied by.
  let scale: Float

  private struct File: Decodable {
    let r: Int
    let lora_alpha: Double
    let bias: String?
    let use_rslora: Bool?
    let use_dora: Bool?
    let lora_bias: Bool?
    let fan_in_fan_out: Bool?
    let rank_pattern: [String: Int]?
    let alpha_pattern: [String: Double]?
    let modules_to_save: [String]?
  }

  /// Nil where the folder has no such file.
  /// - Throws: `PluginError.unusable` for a file that makes no sense, or asks for more than a plain LoRA.
  init?(folder: String) throws {
    let path = "\(folder)/adapter_config.json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    func unusable(_ reason: String) -> PluginError {
      .unusable(plugin: DreamSimPlugin.name, reason: "\(path): \(reason)")
    }
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let DecodingError.keyNotFound(key, _) {
      throw unusable("has no '\(key.stringValue)'")
    } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
      throw unusable(
        "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another kind than expected")
    } catch { throw unusable("cannot be read as JSON") }
    guard file.r > 0, file.lora_alpha.isFinite else {
      throw unusable("r is \(file.r) and lora_alpha \(file.lora_alpha), expected a positive integer and a number")
    }
    let asked = [
      ("bias", (file.bias ?? "none") != "none"), ("use_dora", file.use_dora ?? false),
      ("lora_bias", file.lora_bias ?? false),
      ("fan_in_fan_out", file.fan_in_fan_out ?? false), ("rank_pattern", file.rank_pattern?.isEmpty == false),
      ("alpha_pattern", file.alpha_pattern?.isEmpty == false),
      ("modules_to_save", file.modules_to_save?.isEmpty == false),
    ].filter(\.1).map(\.0)
    guard asked.isEmpty else {
      throw unusable("asks for \(asked.joined(separator: ", ")), expected a LoRA of weights alone")
    }
    rank = file.r
    scale = Float(file.lora_alpha / (file.use_rslora == true ? Double(file.r).squareRoot() : Double(file.r)))
  }
}
