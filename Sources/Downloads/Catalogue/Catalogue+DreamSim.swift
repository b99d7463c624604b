extension Catalogue {
  static let dreamSim = [
    Download(
      id: "dreamsim", title: "DreamSim's checkpoints", licence: "MIT",
      reference: "Fu et al., NeurIPS 2023; Sundaram et al., NeurIPS 2024",
      use: "unzip; the types of DINO and DINOv2 need the file of `dino` or `dinov2` too",
      files: ["ensemble", "dino_vitb16", "clip_vitb32", "open_clip_vitb32"].map { release("v0.2.0-checkpoints", $0) }
        + ["dinov2_vitb14", "synclr_vitb16", "dino_vitb16_patch", "dinov2_vitb14_patch"].map {
          release("v0.2.1-checkpoints", $0)
        }),
    Download(
      id: "dreamsim-0-1", title: "DreamSim's first checkpoint (0.1.0)", licence: "MIT",
      reference: "Fu et al., NeurIPS 2023", use: "unzip; the golden distances of the first README are of this one",
      files: [
        RemoteFile(
          "dreamsim_checkpoint.zip",
          from: ["https://github.com/ssundaram21/dreamsim/releases/download/v0.1.0/dreamsim_checkpoint.zip"], kind: .zip
        )
      ]),
    Download(
      id: "dino", title: "DINO, ViT-B/16", licence: "Apache 2.0", reference: "Caron et al., ICCV 2021",
      use: "gauntlet convert dino_vitbase16_pretrain.pth dino.safetensors",
      files: [
        RemoteFile(
          "dino_vitbase16_pretrain.pth",
          from: ["https://dl.fbaipublicfiles.com/dino/dino_vitbase16_pretrain/dino_vitbase16_pretrain.pth"],
          kind: .pytorch)
      ]),
    Download(
      id: "dinov2", title: "DINOv2, ViT-B/14", licence: "Apache 2.0", reference: "Oquab et al., TMLR 2024",
      use: "gauntlet convert dinov2_vitb14_pretrain.pth dinov2.safetensors",
      files: [
        RemoteFile(
          "dinov2_vitb14_pretrain.pth",
          from: ["https://dl.fbaipublicfiles.com/dinov2/dinov2_vitb14/dinov2_vitb14_pretrain.pth"], kind: .pytorch)
      ]),
  ]

  private static func release(_ tag: String, _ type: String) -> RemoteFile {
    let name = "dreamsim_\(type)_checkpoint.zip"
    return RemoteFile(
      name, from: ["https://github.com/ssundaram21/dreamsim/releases/download/\(tag)/\(name)"], kind: .zip)
  }
}
