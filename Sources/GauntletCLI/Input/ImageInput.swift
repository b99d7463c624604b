internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Pictures
internal import Tensors

/// Images from the command line: picture files, or one `.npy` array (float32, [N, C, H, W] or [C, H, W], in [0, 1]).
enum ImageInput {
  /// - Parameter spec: the size that pictures are resized to (bilinear, aspect ratio not kept); nil leaves them as they
  ///   are, and then they must all be of one size. Arrays are never resized.
  static func load(_ paths: [String], as spec: ImageSpec?) throws -> Tensor {
    guard !paths.isEmpty else { throw CommandError.usage("no images given: name picture files or one .npy array") }
    if paths.count == 1, paths[0].lowercased().hasSuffix(".npy") { return try array(paths[0]) }
    if let array = paths.first(where: { $0.lowercased().hasSuffix(".npy") }) {
      throw CommandError.usage("\(array): an array cannot be mixed with other images")
    }
    var rows: [Tensor] = []
    for path in paths {
      guard FileManager.default.fileExists(atPath: path) else {
        throw CommandError.missing(path: path, what: "picture")
      }
      var picture = try Picture(contentsOf: path)
      if let spec { picture = picture.resized(width: spec.width, height: spec.height, filter: .bilinear) }
      let tensor = spec?.channels == 1 ? picture.lumaTensor() : picture.tensor()
      if let first = rows.first, first.shape.extents.dropFirst() != tensor.shape.extents[...] {
        throw CommandError.badData(
          "\(path): \(picture.width)×\(picture.height) pixels, the pictures before have another size; "
            + "this metric takes any size but one at a time")
      }
      rows.append(tensor.reshaped(Shape([1] + tensor.shape.extents)))
    }
    return Tensor(concatenating: rows)
  }

  static func array(_ path: String) throws -> Tensor {
    guard FileManager.default.fileExists(atPath: path) else { throw CommandError.missing(path: path, what: "array") }
    var tensor = try NPY.read(path)
    if tensor.shape.rank == 3 { tensor = tensor.reshaped(Shape([1] + tensor.shape.extents)) }
    guard tensor.shape.rank == 4 else {
      throw CommandError.badData("\(path): has shape \(tensor.shape), expected [N, C, H, W] or [C, H, W]")
    }
    let inRange = tensor.withScalars { $0.allSatisfy { $0 >= 0 && $0 <= 1 } }
    guard inRange else {
      throw CommandError.badData("\(path): has values outside of [0, 1] (or NaN); images are in [0, 1] pixel units")
    }
    return tensor
  }

  static func check(_ images: Tensor, for metric: any Metric, named name: String) throws {
    let spec = ImageSpec(channels: images.shape[1], height: images.shape[2], width: images.shape[3])
    guard metric.input.accepts(spec) else {
      throw CommandError.badData("\(name): images are \(spec), \(metric.card.id) takes \(metric.input)")
    }
  }

  /// The one size that a metric takes, if it takes just one.
  static func spec(of metric: any Metric) -> ImageSpec? {
    if case .exactly(let spec) = metric.input { spec } else { nil }
  }
}
