internal import FileFormats
internal import Tensors

/// The names of published weights, brought to those of our architectures.
///
/// Names that are known already stay: torchvision's, DINO's, DINOv2's. Otherwise:
/// - `module.` and `backbone.` before all names are taken away, and the heads of DINO's training beside a backbone.
/// - CLIP and OpenCLIP: the image's tower is what lies behind `visual.`, with `class_embedding`, `conv1`, `ln_pre`,
///   `transformer.resblocks.{i}` and so on; patches have no bias, so theirs is 0.
/// - timm: `norm_pre` for the norm before the blocks, `reg_token` for registers, and `head` for CLIP's projection, which
///   is turned round; other transformers' `head` is a classifier and left out.
enum PublishedWeights {
  private static let prefixes = ["module.", "backbone."]

  static func translated(_ original: WeightFile, for architecture: String) -> WeightFile {
    var file = original
    file.removeCommonPrefixes(prefixes)
    guard architecture.contains("vit-") else { return file }
    let visual = file.tensors.filter { $0.key.hasPrefix("visual.") }
    if !visual.isEmpty { file.tensors = visual }
    file.removeCommonPrefixes(["visual."])
    let isCLIP = architecture.contains("clip")
    if isCLIP, let head = file.tensors["head.weight"], head.shape.rank == 2 {
      // CLIP's projection has no bias; a head that has one is something else.
      guard file.tensors["head.bias"]?.scalars.allSatisfy({ $0 == 0 }) ?? true else { return file }
      file.tensors["proj"] = head.transposed()
    }
    file.tensors = file.tensors.filter { !$0.key.hasPrefix("head.") }
    file.removeCommonPrefixes(prefixes)
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in file.tensors { tensors[translated(name)] = shaped(tensor, name) }
    if isCLIP, tensors["patch_embed.proj.bias"] == nil, let weight = tensors["patch_embed.proj.weight"] {
      tensors["patch_embed.proj.bias"] = Tensor(zeros: [weight.shape[0]])
    }
    file.tensors = tensors
    return file
  }

  private static let whole = [
    "class_embedding": "cls_token", "positional_embedding": "pos_embed", "conv1.weight": "patch_embed.proj.weight",
    "ln_pre.weight": "pos_drop.weight", "ln_pre.bias": "pos_drop.bias", "ln_post.weight": "norm.weight",
    "ln_post.bias": "norm.bias", "norm_pre.weight": "pos_drop.weight", "norm_pre.bias": "pos_drop.bias",
    "reg_token": "register_tokens",
  ]
  private static let parts = [
    "ln_1.weight": "norm1.weight", "ln_1.bias": "norm1.bias", "ln_2.weight": "norm2.weight",
    "ln_2.bias": "norm2.bias", "attn.in_proj_weight": "attn.qkv.weight", "attn.in_proj_bias": "attn.qkv.bias",
    "attn.out_proj.weight": "attn.proj.weight", "attn.out_proj.bias": "attn.proj.bias",
    "mlp.c_fc.weight": "mlp.fc1.weight", "mlp.c_fc.bias": "mlp.fc1.bias", "mlp.c_proj.weight": "mlp.fc2.weight",
    "mlp.c_proj.bias": "mlp.fc2.bias",
  ]

  private static func translated(_ name: String) -> String {
    if let other = whole[name] { return other }
    let words = name.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    guard words.count == 4, words[0] == "transformer", words[1] == "resblocks", let part = parts[words[3]] else {
      return name
    }
    return "blocks.\(words[2]).\(part)"
  }

  /// Tokens and positions of CLIP have no axis for the batch.
  private static func shaped(_ tensor: Tensor, _ name: String) -> Tensor {
    switch name {
    case "class_embedding": tensor.reshaped([1, 1, tensor.count])
    case "positional_embedding" where tensor.shape.rank == 2:
      tensor.reshaped([1, tensor.shape[0], tensor.shape[1]])
    default: tensor
    }
  }
}

extension Tensor {
  /// [M, N] → [N, M]
  fileprivate func transposed() -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    return Tensor(unsafeUninitialized: [columns, rows]) { target in
      withScalars { source in
        for row in 0..<rows {
          for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
        }
      }
    }
  }
}
