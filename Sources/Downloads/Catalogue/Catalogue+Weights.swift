extension Catalogue {
  static let weights = [
    Download(
      id: "torchvision", title: "torchvision's networks, trained on ImageNet",
      licence: "BSD 3-clause for the code; ImageNet's terms (research) may hold for the weights",
      reference: "torchvision's models", use: "gauntlet convert FILE.pth FILE.safetensors",
      files: [
        imageNet("resnet18-f37072fd.pth"), imageNet("resnet34-b627a593.pth"), imageNet("resnet50-0676ba61.pth"),
        imageNet("resnet50-11ad3fa6.pth"), imageNet("resnet101-63fe2227.pth"), imageNet("resnet152-394f9c45.pth"),
        imageNet("mnasnet0.5_top1_67.823-3ffadce67e.pth"), imageNet("mnasnet1.0_top1_73.512-f206786ef8.pth"),
        imageNet("mnasnet1_3-a4c69d6f.pth"), imageNet("squeezenet1_1-b8a52dc0.pth"),
        imageNet(
          "alexnet-owt-7be5be79.pth", "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02"),
        imageNet("vgg16-397923af.pth", "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0"),
      ]),
    Download(
      id: "lpips", title: "LPIPS's linear weights, versions 0.0 and 0.1", licence: "BSD 2-clause",
      reference: "Zhang et al., CVPR 2018", use: "beside the networks of `torchvision`: alexnet, vgg16, squeezenet1_1",
      files: [
        linear("v0.0/alex.pth", 5_455, "18720f55913d0af89042f13faa7e536a6ce1444a0914e6db9461355ece1e8cd5"),
        linear("v0.0/vgg.pth", 6_735, "b9e4236260c3dd988fc79d2a48d645d885afcbb21f9fd595e6744cf7419b582c"),
        linear("v0.0/squeeze.pth", 10_057, "c27abd3a0145541baa50990817df58d3759c3f8154949f42af3b59b4e042d0bf"),
        linear("v0.1/alex.pth", 6_009, "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0"),
        linear("v0.1/vgg.pth", 7_289, "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868"),
        linear("v0.1/squeeze.pth", 10_811, "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76"),
      ]),
    Download(
      id: "dists", title: "DISTS's weights", licence: "MIT", reference: "Ding et al., TPAMI 2020",
      use: "beside vgg16 of `torchvision`",
      files: [
        RemoteFile(
          "weights.pt", from: ["https://raw.githubusercontent.com/dingkeyan93/DISTS/master/DISTS_pytorch/weights.pt"],
          kind: .pytorch)
      ]),
    Download(
      id: "lipsim", title: "LipSim's published weights", licence: "not stated",
      reference: "Ghazanfari et al., ICLR 2024", use: "each file is one model of the size small",
      files: [
        drive("pretrained.pth", "1Y39Wnpxq3ZS8JMRe6j-Yx7x3E_nardbv"),
        drive("margin-0.2.pth", "1OHRP0uwFrRJ6zXsPrCUDxlTjALa_690c"),
        drive("margin-0.5.pth", "11JoY5jrm4qmk0QmncQ5eVqXQpXQNLG1X"),
      ]),
  ]

  private static func imageNet(_ name: String, _ sha256: String? = nil) -> RemoteFile {
    // torchvision's names end with the first digits of the SHA-256.
    let start = name.split(separator: "-").last?.split(separator: ".").first.map(String.init) ?? ""
    return RemoteFile(
      name, from: ["https://download.pytorch.org/models/\(name)"],
      pin: sha256.map { .sha256($0) } ?? .sha256Prefix(start),
      pinnedBy: sha256 == nil ? "the name that torchvision gives it" : "its name, and public records of it",
      kind: .pytorch)
  }

  private static func linear(_ name: String, _ size: Int, _ sha256: String) -> RemoteFile {
    // The commit of the release 0.1.4.
    let commit = "082bb24f84c091ea94de2867d34c4544f68e0963"
    return RemoteFile(
      name,
      from: [
        "https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/\(commit)/lpips/weights/\(name)",
        "https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/\(name)",
      ], size: size, pin: .sha256(sha256), pinnedBy: "the file in the Python package lpips 0.1.4", kind: .pytorch)
  }

  private static func drive(_ name: String, _ id: String) -> RemoteFile {
    RemoteFile(
      name, from: [], kind: .pytorch,
      instructions:
        "Google Drive wants a click: open https://drive.google.com/file/d/\(id)/view, save it, and move it here "
        + "under this name")
  }
}
