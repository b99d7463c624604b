import GauntletKit
import RetrievalDatasets
import TestFiles
import Testing

/// Every incomplete or altered folder ends in one line that says what is missing, and where to get it.
@Suite struct BadPublicationTests {
  private func expect(_ reference: String, says parts: String...) {
    let text = message { _ = try Miniatures.dataset(reference) }
    let id = reference.prefix { $0 != ":" }
    for part in ["dataset \(id): "] + parts { #expect(text.contains(part), "'\(text)' lacks '\(part)'") }
    #expect(!text.contains("\n"))
  }

  @Test(arguments: [
    ("cub", "images.txt", "Caltech-UCSD Birds-200-2011"), ("cars", "cars_annos.mat", "page of the Cars Dataset"),
    ("sop", "Ebay_train.txt", "Lifted Structured"), ("mnist", "train-images-idx3-ubyte.gz", "MNIST database"),
    ("fashion-mnist", "train-images-idx3-ubyte.gz", "zalandoresearch"),
    ("kmnist", "train-images-idx3-ubyte.gz", "Open Data in the Humanities"),
  ])
  func anEmptyFolderIsToldWhereToGetIt(_ id: String, _ file: String, _ source: String) throws {
    let folder = try TemporaryFolder()
    expect("\(id):path=\(folder.path)", says: folder.path, "\(file) is not there; get ", source)
    #expect(message { _ = try Miniatures.dataset("\(id):path=\(folder.path)/nowhere") }.contains("/nowhere: no such"))
    #expect(message { _ = try Miniatures.dataset(id) }.contains("'path' is missing"))
    // Whoever has no folder at all asks what the dataset is.
    var registry = Registry()
    try RetrievalDatasets.register(in: &registry)
    let help = try registry.datasets.plugin(id).settings.first { $0.name == "path" }?.help
    #expect(help?.contains(source) == true)
  }

  @Test func countsAreThoseThatWerePublished() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeBirds(to: folder)
    expect(
      "cub:path=\(folder.path)",
      says: "the train split has 4 images of 3 classes, expected 5864 of 100", "set complete=false")
    try Miniatures.writeCars(to: folder)
    expect("cars:path=\(folder.path)", says: "has 2 images of 2 classes, expected 8054 of 98")
    try Miniatures.writeProducts(to: folder)
    expect("sop:path=\(folder.path)", says: "has 3 images of 2 classes, expected 59551 of 11318")
    try Miniatures.writeDigits(to: folder, isPacked: true)
    expect("mnist:path=\(folder.path)", says: "has 5 images of 3 classes, expected 60000 of 10")
  }

  @Test func picturesThatAreMissing() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeBirds(to: folder)
    try folder.remove("images/101.Owl/x.jpg")
    expect("cub:path=\(folder.path)", says: "1 listed picture is not there (such as 101.Owl/x.jpg); get CUB_200_2011")
    try folder.remove("images/001.Auk")
    expect("cub:path=\(folder.path),complete=false", says: "3 listed pictures are not there")
    try Miniatures.writeBirds(to: folder)
    let data = try Miniatures.dataset("cub:path=\(folder.path),complete=false,size=8")
    try folder.write("no picture", to: "images/101.Owl/x.jpg")
    #expect(message { _ = try data.images(.test, [0]) }.contains("dataset cub: "))
  }

  @Test(arguments: [
    ("images.txt", "1\n", "images.txt:1: got '1', expected an image's number and"),
    ("images.txt", "0 001.Auk/a.jpg\n", "images.txt:1: got '0 001.Auk/a.jpg'"),
    ("images.txt", "3 001.Auk/a.jpg\n\n3 001.Auk/a.jpg\n", "images.txt:3: "),
    ("images.txt", "3 ../001.Auk/a.jpg\n", "images.txt:1: "), ("images.txt", "3 001.Auk\n", "images.txt:1: "),
    ("images.txt", "3 Auk/a.jpg\n", "images.txt:1: "),
    ("images.txt", "3 002.Bunting/a.jpg\n", "expected a folder whose number is 1, as in image_class_labels.txt"),
    ("images.txt", "99 002.Bunting/a.jpg\n", "expected an image that image_class_labels.txt knows"),
    ("image_class_labels.txt", "1 x\n", "image_class_labels.txt:1: got '1 x'"),
    ("image_class_labels.txt", "1 99999999999\n", "image_class_labels.txt:1: "),
  ])
  func alteredListsOfBirds(_ file: String, _ text: String, _ reason: String) throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeBirds(to: folder)
    try folder.write(text, to: file)
    expect("cub:path=\(folder.path),complete=false", says: reason)
  }

  @Test func listsThatAreMissingOrNoTexts() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeBirds(to: folder)
    try folder.write([0xFF, 0xFE], to: "images.txt")
    expect("cub:path=\(folder.path)", says: "images.txt: not a text")
    try folder.write([UInt8](repeating: 0x20, count: 17 << 20), to: "images.txt")
    expect("cub:path=\(folder.path)", says: "images.txt: a file of 17825792 bytes is refused")
    try folder.remove("image_class_labels.txt")
    expect("cub:path=\(folder.path)", says: "image_class_labels.txt is not there")
    try Miniatures.writeProducts(to: folder)
    try folder.write("header\n1 1 1 a_final/a.JPG\n2 1 1 /etc/a.JPG\n", to: "Ebay_train.txt")
    expect("sop:path=\(folder.path)", says: "Ebay_train.txt:3: got '2 1 1 /etc/a.JPG'")
    try folder.write("header\n1 3 1 bicycle_final/1_0.JPG\n", to: "Ebay_train.txt")
    expect("sop:path=\(folder.path)", says: "Ebay_test.txt:3: got 'class 3', expected a class that is not in the other")
    try folder.remove("Ebay_test.txt")
    expect("sop:path=\(folder.path)", says: "Ebay_test.txt is not there")
  }

  @Test func alteredAnnotationsOfCars() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeCars(to: folder)
    func expectFile(_ variables: [(name: String, value: MATLABWriter.Value)], says part: String) throws {
      try folder.write(MATLABWriter().file(variables), to: "cars_annos.mat")
      expect("cars:path=\(folder.path),complete=false", says: "cars_annos.mat: ", part)
    }
    try expectFile([("x", .text("y"))], says: "got no variable 'annotations'")
    try expectFile([("annotations", .text("y"))], says: "got annotations of another kind")
    try expectFile([("annotations", .structs([1, 1], fields: ["a"], [.text("y")]))], says: "with the 7 fields path")
    for bad in [("../a.jpg", 1), ("a.jpg", 0), ("a.jpg", -3), ("a.jpg", Int(Int32.max))] {
      try expectFile(
        [("annotations", Miniatures.annotations([("car_ims/000001.jpg", 1), bad]))], says: "in annotation 2")
    }
    try folder.write("no such file", to: "cars_annos.mat")
    expect("cars:path=\(folder.path)", says: "cars_annos.mat: not a valid MATLAB 5 file")
  }

  @Test func cropsLargerThanPictures() throws {
    let folder = try TemporaryFolder()
    expect(
      "sop:path=\(folder.path),size=64,resize=63", says: "a crop of 64 pixels a side does not fit", "resized to 63")
  }

  @Test func digitsThatContradictThemselves() throws {
    let folder = try TemporaryFolder()
    try Miniatures.writeDigits(to: folder, isPacked: false)
    func expectFile(_ name: String, _ bytes: [UInt8], says part: String) throws {
      try folder.write(bytes, to: name)
      expect("kmnist:path=\(folder.path),complete=false", says: "\(name): ", part)
      try Miniatures.writeDigits(to: folder, isPacked: false)
    }
    try expectFile(
      "t10k-labels-idx1-ubyte", IDXWriter.file([3], [1, 2, 3]), says: "shape [3], expected bytes of shape [4]")
    try expectFile(
      "t10k-labels-idx1-ubyte", IDXWriter.file([4], [1, 2, 3, 10]), says: "label 10, expected labels of 0 to 9")
    try expectFile(
      "train-images-idx3-ubyte", IDXWriter.file([1, 2, 2], [1, 2, 3, 4]), says: "expected bytes of shape [N, 28, 28]")
    try expectFile("train-images-idx3-ubyte", IDXWriter.file([60_000, 28, 28], []), says: "cannot hold")
    try expectFile("train-images-idx3-ubyte", [1, 2, 3, 4], says: "not a valid IDX file")
  }
}
