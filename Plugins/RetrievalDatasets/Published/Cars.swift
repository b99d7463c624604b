internal import FileFormats
internal import GauntletKit
internal import Pictures

extension Publication {
  /// Cars-196: models of cars, of which the first 98 are for training.
  ///
  /// Labels are the numbers of `cars_annos.mat`, from 1; images are ordered by their paths. Neither bounding boxes nor the
  /// file's own division into train and test are used.
  static let cars = Publication(
    card: Card(
      id: "cars", version: "1", title: "Cars-196",
      definition: "Cars of 196 models; train: 8,054 images of models 1 to 98, test: 8,131 of models 99 to 196. "
        + "Resized to 256 × 256, the middle 224 × 224",
      reference:
        "Krause et al., 3D Object Representations for Fine-Grained Categorization, 2013; class-disjoint halves "
        + "as in the retrieval literature"),
    source: "car_ims.tgz and cars_annos.mat (the update of all images in one folder) from Stanford's page of the Cars "
      + "Dataset, and unpack the first beside the second",
    folder: "cars196", mark: "cars_annos.mat",
    counts: [.train: Count(images: 8_054, classes: 98), .test: Count(images: 8_131, classes: 98)],
    list: listCars)

  private static let lastTrainModel = 98
  /// Path, four sides of a box, class, and whether it is a test image: the order of the fields is what counts.
  private static let fields = (count: 7, path: 0, model: 5)

  @Sendable private static func listCars(_ folder: Folder, _ publication: Publication) throws -> PictureListing {
    let file = folder.appending(publication.mark)
    let variables = try MATLAB.read(file, only: ["annotations", "class_names"])
    guard let cars = variables["annotations"]?.structs, cars.fields.count == fields.count else {
      throw RetrievalDatasetError.unexpectedContent(
        file: file, got: variables["annotations"] == nil ? "no variable 'annotations'" : "annotations of another kind",
        expected: "structs 'annotations' with the \(fields.count) fields path, x1, y1, x2, y2, class and test")
    }
    let (pathField, modelField) = (cars.fields[fields.path], cars.fields[fields.model])
    var items = try (0..<cars.count).map { index in
      guard let path = cars[index, pathField]?.string, RecordFile.isBelow(path),
        let model = cars[index, modelField]?.integer, (1...RecordFile.largest).contains(model)
      else {
        throw RetrievalDatasetError.unexpectedContent(
          file: file, got: "something else in annotation \(index + 1)",
          expected: "a path as text in field '\(pathField)' and a class from 1 in field '\(modelField)'")
      }
      return PictureListing.Item(label: model, path: path)
    }
    items.sort { Folder.precedes($0.path, $1.path) }
    var names = [0: "(models are numbered from 1)"]
    for (index, name) in (variables["class_names"]?.cells ?? []).enumerated() { names[index + 1] = name.string }
    return PictureListing(
      root: folder, classNames: PictureListing.classNames(names, upTo: items.map(\.label).max() ?? 0),
      items: [
        .train: items.filter { $0.label <= lastTrainModel }, .test: items.filter { $0.label > lastTrainModel },
      ])
  }
}
