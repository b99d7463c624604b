extension Catalogue {
  static let tripletDatasets = [
    Download(
      id: "night", title: "NIGHTS: triplets with people's judgements (58 GB)",
      licence: "not stated for the data; its publication's code is under the MIT licence",
      reference: "Fu et al., DreamSim, NeurIPS 2023",
      use: "unzip nights.zip; then night:path=FOLDER, the one with data.csv",
      files: [
        RemoteFile(
          "nights.zip", from: ["https://data.csail.mit.edu/nights/nights.zip"], kind: .zip,
          instructions: "the script download_dataset.sh of DreamSim's repository names the address; the download by "
            + "chunks lacks data.csv, without which nothing can be read")
      ]),
    Download(
      id: "bapps", title: "BAPPS: patches with people's judgements (6.6 GB)",
      licence: "not stated for the data; its publication's code is under the BSD 2-clause licence",
      reference: "Zhang et al., CVPR 2018",
      use: "unpack twoafc_val.tar.gz and twoafc_train.tar.gz in a folder 2afc, jnd.tar.gz beside that; then "
        + "bapps:path=FOLDER and bapps-jnd:path=FOLDER, the one with 2afc and jnd",
      files: [
        patches("twoafc_val.tar.gz", "41486671b06de923e7ba277c4797d4d9d86d609863ba35ecdb576133f8b9d859"),
        patches("twoafc_train.tar.gz", "b4f5c772c7cd88ac44bcb4ff0741745d434c05f0094f2bfb262ddcd0055bf393"),
        patches("jnd.tar.gz", nil),
      ]),
    Download(
      id: "things", title: "THINGS: odd-one-out judgements of pictures of objects",
      licence: "CC BY 4.0 for the judgements; the pictures are for research only, behind a form",
      reference: "Hebart et al., Nature Human Behaviour 2020",
      use: "put the pictures and things_valset.txt (three names a line, the odd one last) into one folder; then "
        + "things:path=FOLDER",
      files: [
        RemoteFile(
          "things_valset.txt", from: [], kind: .text,
          instructions:
            "the triplets and the pictures are on the Open Science Framework, osf.io/z2784 and what it links "
            + "to; the pictures ask for a password that the page tells")
      ]),
  ]

  private static func patches(_ name: String, _ sha256: String?) -> RemoteFile {
    RemoteFile(
      name,
      from: Download.addresses(
        [
          "https://perceptual-similarity.s3.us-west-2.amazonaws.com/dataset",
          "https://people.eecs.berkeley.edu/~rich.zhang/projects/2018_perceptual/dataset",
        ], name), pin: sha256.map { .sha256($0) } ?? .firstUse,
      pinnedBy: sha256 == nil ? "" : "a public script that mirrors it, not its authors", kind: .gzip,
      instructions: "scripts/download_dataset.sh of the repository PerceptualSimilarity names the current address")
  }
}
