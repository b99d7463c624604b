internal import GauntletKit
internal import Pictures

extension Publication {
  /// CUB-200-2011: 200 species, of which the first hundred are for training.
  ///
  /// `images.txt` numbers the pictures, which is their order here; the label is the number before a folder's name, less
  /// one. The file's own division into train and test (of each species) is not used.
  static let birds = Publication(
    card: Card(
      id: "cub", version: "1", title: "CUB-200-2011",
      definition: "Birds of 200 species; train: 5,864 images of species 1 to 100, test: 5,924 of species 101 to 200. "
        + "Resized to 256 × 256, the middle 224 × 224",
      reference: "Wah et al., The Caltech-UCSD Birds-200-2011 Dataset, 2011; class-disjoint halves as in the retrieval "
        + "literature"),
    source: "CUB_200_2011.tgz from Caltech's page of the dataset Caltech-UCSD Birds-200-2011, and unpack it",
    folder: "CUB_200_2011", mark: "images.txt",
    counts: [.train: Count(images: 5_864, classes: 100), .test: Count(images: 5_924, classes: 100)],
    list: listBirds)

  private static let lastTrainSpecies = 100

  @Sendable private static func listBirds(_ folder: Folder, _ publication: Publication) throws -> PictureListing {
    let labelFile = "image_class_labels.txt"
    guard try folder.listing().files.contains(labelFile) else {
      throw RetrievalDatasetError.missingFile(folder: folder.path, file: labelFile, source: publication.source)
    }
    let species = try numbered(
      RecordFile(contentsOf: folder.appending(labelFile), columns: 2, form: "an image's number and its class's number")
    ) { try $0.number($1, 1) }
    let list = try RecordFile(
      contentsOf: folder.appending(publication.mark), columns: 2, form: "an image's number and NUMBER.species/name.jpg")
    var names: [Int: String] = [:]
    let paths = try numbered(list) { list, record in
      let path = try list.relativePath(record, 1)
      guard let folder = path.split(separator: "/").first, path.contains("/"),
        let number = folder.split(separator: ".").first.flatMap({ Int($0) }), (1...RecordFile.largest).contains(number)
      else { throw list.malformed(record) }
      let image = try list.number(record, 0)
      guard species[image] == number else {
        throw RetrievalDatasetError.malformedRecord(
          file: list.path, line: record.line, got: path,
          expected: species[image].map { "a folder whose number is \($0), as in \(labelFile)" }
            ?? "an image that \(labelFile) knows")
      }
      names[number - 1] = String(folder)
      return PictureListing.Item(label: number - 1, path: path)
    }
    let items = paths.sorted { $0.key < $1.key }.map(\.value)
    return PictureListing(
      root: Folder(folder.appending("images")),
      classNames: PictureListing.classNames(names, upTo: names.keys.max() ?? 0),
      items: [
        .train: items.filter { $0.label < lastTrainSpecies }, .test: items.filter { $0.label >= lastTrainSpecies },
      ])
  }

  /// What lines say of the images whose numbers they begin with.
  private static func numbered<Value>(
    _ file: RecordFile, _ value: (RecordFile, RecordFile.Record) throws -> Value
  ) throws -> [Int: Value] {
    var result: [Int: Value] = [:]
    for record in file.records {
      guard result.updateValue(try value(file, record), forKey: try file.number(record, 0)) == nil else {
        throw file.malformed(record)
      }
    }
    return result
  }
}
