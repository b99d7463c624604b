package import Networks

/// What a model is made of: its branches, whose embeddings stand side by side in this order.
package struct DreamSimType: Sendable {
  /// As DreamSim calls it, such as `dino_vitb16`.
  package let name: String
  package let branches: [DreamSimBranch]
  /// Whether it embeds all tokens and not the class token alone.
  package let isPatch: Bool
  /// Side of the images.
  package let side: Int

  package init(name: String, branches: [DreamSimBranch], isPatch: Bool = false, side: Int = 224) {
    self.name = name
    self.branches = branches
    self.isPatch = isPatch
    self.side = side
  }

  package static let all: [DreamSimType] = [
    DreamSimType(name: "ensemble", branches: [.dino, .clip(patch: 16), .openCLIP(patch: 16)]),
    DreamSimType(name: "dino_vitb16", branches: [.dino]),
    DreamSimType(name: "dinov2_vitb14", branches: [.dinov2]),
    DreamSimType(name: "clip_vitb32", branches: [.clip(patch: 32)]),
    DreamSimType(name: "open_clip_vitb32", branches: [.openCLIP(patch: 32)]),
    DreamSimType(name: "synclr_vitb16", branches: [.synCLR]),
    DreamSimType(name: "dino_vitb16_patch", branches: [.dino.patches], isPatch: true),
    DreamSimType(name: "dinov2_vitb14_patch", branches: [.dinov2.patches], isPatch: true),
  ]

  /// Folders of LoRA files, relative to the weights: one for all branches, and one for each, in older releases. Whatever
  /// of them is there is used.
  var adapterFolders: (shared: String, single: [String]) {
    guard branches.count == 1, let branch = branches.first else {
      return ("\(name)_lora", branches.map { "\($0.name)_lora" })
    }
    return ("\(branch.name)_\(isPatch ? "patch" : "single")_lora", [])
  }
}

/// One transformer of a model, and where its weights are.
package struct DreamSimBranch: Sendable {
  package let name: String
  package var transformer: VisionTransformer
  let normalization: Normalization
  /// Names of the base file without ending, the first that is there is taken.
  let files: [String]

  package init(name: String, transformer: VisionTransformer, normalization: Normalization, files: [String]) {
    self.name = name
    self.transformer = transformer
    self.normalization = normalization
    self.files = files
  }

  private static func base(patch: Int, _ style: VisionTransformer.Style, _ feature: VisionTransformer.Feature)
    -> VisionTransformer
  {
    VisionTransformer(width: 768, depth: 12, heads: 12, patch: patch, style: style, feature: feature)
  }

  /// The backbone's file of torch hub; DreamSim's own `dino_vitb16_pretrain.pth` is asked if that is not there.
  package static let dino = DreamSimBranch(
    name: "dino_vitb16", transformer: base(patch: 16, .dino, .classToken), normalization: .imagenet,
    files: ["dino_vitbase16_pretrain", "dino_vitb16_pretrain"])
  package static let dinov2 = DreamSimBranch(
    name: "dinov2_vitb14", transformer: base(patch: 14, .dinov2, .classToken), normalization: .imagenet,
    files: ["dinov2_vitb14_pretrain"])
  package static let synCLR = DreamSimBranch(
    name: "synclr_vitb16", transformer: base(patch: 16, .dino, .classToken), normalization: .imagenet,
    files: ["synclr_vit_b_16"])
  package static func clip(patch: Int) -> DreamSimBranch {
    DreamSimBranch(
      name: "clip_vitb\(patch)", transformer: base(patch: patch, .clip, .projection(512)), normalization: .clip,
      files: ["clip_vitb\(patch)_pretrain"])
  }
  package static func openCLIP(patch: Int) -> DreamSimBranch {
    DreamSimBranch(
      name: "open_clip_vitb\(patch)", transformer: base(patch: patch, .openCLIP, .projection(512)),
      normalization: .clip, files: ["open_clip_vitb\(patch)_pretrain"])
  }

  /// The same with all tokens as its features.
  var patches: DreamSimBranch {
    var copy = self
    copy.transformer.feature = .tokens
    return copy
  }

  /// - Throws: `NetworkError` for images that are no multiple of the patch.
  package func graph(side: Int) throws -> Graph {
    let input = ImageExtent(channels: 3, height: side, width: side)
    return try transformer.graph(
      embedding: transformer.outputs(for: input), normalization: normalization, input: input)
  }
}
