import GauntletKit
import Pictures
import RetrievalDatasets
import TestFiles
import Testing

/// Datasets as they were published, with a handful of images.
enum Miniatures {
  static func dataset(_ reference: String) throws -> any RetrievalDataset {
    var registry = Registry()
    try RetrievalDatasets.register(in: &registry)
    return try #require(registry.datasets.make(PluginReference(reference)) as? any RetrievalDataset)
  }

  static let birds = [
    (7, "001.Auk/b.jpg"), (2, "101.Owl/x.jpg"), (1, "002.Bunting/a.jpg"), (3, "001.Auk/a.jpg"), (10, "200.Wren/w.jpg"),
    (4, "101.Owl/a b.jpg"), (5, "100.Pelican/p.jpg"),
  ]

  static func writeBirds(to folder: TemporaryFolder, below prefix: String = "") throws {
    try folder.write(birds.map { "\($0.0) \($0.1)\n" }.joined(), to: prefix + "images.txt")
    let labels = birds.reversed().map { "\($0.0) \(Int($0.1.prefix(3)) ?? 0)\r\n" }
    try folder.write(labels.joined(), to: prefix + "image_class_labels.txt")
    for (number, path) in birds { try folder.gradient(prefix + "images/" + path, seed: number) }
  }

  /// Annotations in another order than that of the paths.
  static let cars = [("car_ims/000003.jpg", 99), ("car_ims/000001.jpg", 98), ("car_ims/000002.jpg", 1)]

  static func annotations(_ cars: [(String, Int)], fields: [String]? = nil) -> MATLABWriter.Value {
    .structs(
      [1, cars.count],
      fields: fields ?? ["relative_im_path", "bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2", "class", "test"],
      cars.flatMap { path, label -> [MATLABWriter.Value] in
        let box = [1, 2, 30, 40].map { MATLABWriter.Value.small([1, 1], [$0]) }
        return [.text(path)] + box + [.doubles([1, 1], [Double(label)]), .logicals([1, 1], [label == 1])]
      })
  }

  static func writeCars(to folder: TemporaryFolder, isCompressed: Bool = true) throws {
    let names = MATLABWriter.Value.cells([1, 2], [.text("Hummer"), .text("Acura")])
    let bytes = MATLABWriter().file(
      [("annotations", annotations(cars)), ("class_names", names)], isCompressed: isCompressed)
    try folder.write(bytes, to: "cars_annos.mat")
    for (path, label) in cars { try folder.gradient(path, seed: label) }
  }

  static func writeProducts(to folder: TemporaryFolder) throws {
    let header = "image_id class_id super_class_id path\n"
    try folder.write(
      header + "1 1 1 bicycle_final/1_0.JPG\n2 1 1 bicycle_final/1_1.JPG\n3 2 1 bicycle_final/2_0.JPG\n",
      to: "Ebay_train.txt")
    try folder.write(header + "4 4 2 sofa_final/4_0.JPG\n5 3 2 sofa_final/3_0.JPG\n", to: "Ebay_test.txt")
    for (i, path) in [
      "bicycle_final/1_0", "bicycle_final/1_1", "bicycle_final/2_0", "sofa_final/4_0", "sofa_final/3_0",
    ]
    .enumerated() {
      try folder.gradient(path + ".JPG", seed: i)
    }
  }

  /// 5 train and 4 test images of 28 × 28; pixel i of image k is (k + i) mod 256.
  static func writeDigits(to folder: TemporaryFolder, isPacked: Bool, trainLabels: [UInt8] = [3, 0, 3, 9, 3]) throws {
    for (prefix, labels) in [("train", trainLabels), ("t10k", [1, 1, 3, 9])] {
      let pixels = labels.indices.flatMap { k in (0..<784).map { UInt8(truncatingIfNeeded: k + $0) } }
      let files = [
        ("\(prefix)-images-idx3-ubyte", IDXWriter.file([labels.count, 28, 28], pixels)),
        ("\(prefix)-labels-idx1-ubyte", IDXWriter.file([labels.count], labels)),
      ]
      for (name, bytes) in files {
        try folder.write(isPacked ? StoredBlocks.gzip(bytes) : bytes, to: name + (isPacked ? ".gz" : ""))
      }
    }
  }
}

extension TemporaryFolder {
  /// A JPEG of 40 × 30 with a slope in each direction, another for each seed.
  func gradient(_ name: String, seed: Int) throws {
    var pixels: [UInt8] = []
    for y in 0..<30 {
      for x in 0..<40 { pixels += [UInt8(x * 6), UInt8(y * 8), UInt8((seed * 37 + x * y) % 256)] }
    }
    try write(Picture(width: 40, height: 30, pixels: pixels).jpeg(quality: 95), to: name)
  }
}
