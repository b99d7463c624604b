internal import GauntletKit
internal import Pictures

extension Publication {
  /// Stanford Online Products: offers of a marketplace, a class each, divided by the two lists that come with them.
  ///
  /// Labels are the lists' class numbers, from 1; images come in the order of the lists.
  static let products = Publication(
    card: Card(
      id: "sop", version: "1", title: "Stanford Online Products",
      definition: "Products of online offers; train: 59,551 images of 11,318 products, test: 60,502 of 11,316 others. "
        + "Resized to 256 × 256, the middle 224 × 224",
      reference: "Oh Song et al., Deep Metric Learning via Lifted Structured Feature Embedding, CVPR 2016"),
    source: "Stanford_Online_Products.zip from Stanford's page of the paper Deep Metric Learning via Lifted Structured "
      + "Feature Embedding, and unpack it",
    folder: "Stanford_Online_Products", mark: "Ebay_train.txt",
    counts: [.train: Count(images: 59_551, classes: 11_318), .test: Count(images: 60_502, classes: 11_316)],
    list: listProducts)

  @Sendable private static func listProducts(_ folder: Folder, _ publication: Publication) throws -> PictureListing {
    var names = [0: "(products are numbered from 1)"]
    var items: [Split: [PictureListing.Item]] = [:]
    var owner: [Int: Split] = [:]
    for split in Split.allCases {
      let name = "Ebay_\(split.rawValue).txt"
      guard try folder.listing().files.contains(name) else {
        throw RetrievalDatasetError.missingFile(folder: folder.path, file: name, source: publication.source)
      }
      let list = try RecordFile(
        contentsOf: folder.appending(name), columns: 4, hasHeader: true,
        form: "the numbers of an image, its class and its super-class, and a path")
      items[split] = try list.records.map { record in
        _ = (try list.number(record, 0), try list.number(record, 2))
        let label = try list.number(record, 1)
        let path = try list.relativePath(record, 3)
        guard owner.updateValue(split, forKey: label) ?? split == split else {
          throw RetrievalDatasetError.malformedRecord(
            file: list.path, line: record.line, got: "class \(label)", expected: "a class that is not in the other list"
          )
        }
        if names[label] == nil {
          let kind = path.split(separator: "/").dropLast().last.map(String.init) ?? "product"
          names[label] = (kind.hasSuffix("_final") ? String(kind.dropLast(6)) : kind) + " \(label)"
        }
        return PictureListing.Item(label: label, path: path)
      }
    }
    return PictureListing(
      root: folder, classNames: PictureListing.classNames(names, upTo: names.keys.max() ?? 0), items: items)
  }
}
