extension Catalogue {
  private static let tensorFlowDatasets = "TensorFlow Datasets' list of checksums"

  static let retrievalDatasets = [
    Download(
      id: "cub", title: "CUB-200-2011: birds (1.1 GB)", licence: "non-commercial research and education",
      reference: "Wah et al., Caltech-UCSD Birds-200-2011, 2011",
      use: "tar -xzf CUB_200_2011.tgz; then cub:path=FOLDER",
      files: [
        RemoteFile(
          "CUB_200_2011.tgz",
          from: ["https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz?download=1"],
          size: 1_150_585_339, pin: .sha256("0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081"),
          pinnedBy: tensorFlowDatasets, kind: .gzip,
          instructions: "Caltech's data repository has it under the record 65de6-vp158")
      ]),
    Download(
      id: "cars", title: "Cars-196 (1.9 GB)", licence: "research only",
      reference: "Krause et al., 3D object representations for fine-grained categorization, 2013",
      use: "tar -xzf car_ims.tgz beside cars_annos.mat; then cars:path=FOLDER",
      files: ["car_ims.tgz", "cars_annos.mat"].map { name in
        RemoteFile(
          name,
          from: Download.addresses(
            ["http://ai.stanford.edu/~jkrause/car196", "http://imagenet.stanford.edu/internal/car196"], name),
          kind: name.hasSuffix("mat") ? .matlab : .gzip,
          instructions: "the hosts of its authors are often down; libraries for metric learning name mirrors of \(name)"
        )
      }),
    Download(
      id: "sop", title: "Stanford Online Products (3.1 GB)", licence: "not stated; pictures of an auction site",
      reference: "Oh Song et al., Deep metric learning via lifted structured feature embedding, CVPR 2016",
      use: "unzip Stanford_Online_Products.zip; then sop:path=FOLDER",
      files: [
        RemoteFile(
          "Stanford_Online_Products.zip",
          from: ["http://ftp.cs.stanford.edu/cs/cvgl/Stanford_Online_Products.zip"], size: 3_083_860_082,
          pin: .sha256("b04fa78210e69fab050ce73939550e1cd0f96890bdd98ec9fee732c3b756ef48"),
          pinnedBy: tensorFlowDatasets, kind: .zip,
          instructions: "also over FTP: ftp://cs.stanford.edu/cs/cvgl/Stanford_Online_Products.zip")
      ]),
    digits(
      "mnist", "MNIST: handwritten digits", "CC BY-SA 3.0", "LeCun et al., Proceedings of the IEEE 1998",
      ["https://storage.googleapis.com/cvdf-datasets/mnist", "https://ossci-datasets.s3.amazonaws.com/mnist"],
      [
        ("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        ("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        ("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        ("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
      ]),
    digits(
      "fashion-mnist", "Fashion-MNIST: small pictures of clothes", "MIT", "Xiao et al., arXiv 1708.07747",
      [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion",
      ],
      [
        ("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        ("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        ("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        ("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
      ]),
  ]

  private static func digits(
    _ id: String, _ title: String, _ licence: String, _ reference: String, _ folders: [String],
    _ files: [(name: String, size: Int, sha256: String)]
  ) -> Download {
    Download(
      id: id, title: title, licence: licence, reference: reference, use: "\(id):path=FOLDER; nothing to unpack",
      files: files.map { file in
        RemoteFile(
          file.name, from: Download.addresses(folders, file.name), size: file.size, pin: .sha256(file.sha256),
          pinnedBy: tensorFlowDatasets, kind: .gzip)
      })
  }
}
