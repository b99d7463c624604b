internal import GauntletKit
internal import Gradients
internal import Pictures
internal import Tensors

/// Images on their way through a format of files.
enum RoundTrip {
  /// Each image encoded and decoded: [N, 3, H, W] or [N, 1, H, W] → the same, in [0, 1].
  /// - Throws: `PluginError.unusable` for images of other channels, or of sides that JPEG does not have.
  static func jpeg(_ images: Tensor, quality: Int) throws -> Tensor {
    let shape = images.shape
    guard shape.rank == 4, shape[1] == 1 || shape[1] == 3 else {
      throw PluginError.unusable(
        plugin: "defense jpeg", reason: "got images of shape \(shape), expected 1 or 3 channels: JPEG has no others")
    }
    let size = shape.rowCount
    return try Tensor(unsafeUninitialized: shape) { target in
      let target = Unchecked(target)
      try Workers.forEach(shape[0]) { row in
        do {
          try images.row(row).throughJPEG(quality: quality)
            .withScalars { _ = target.value[(row * size)...].update(fromContentsOf: $0) }
        } catch let error as PictureError {
          throw PluginError.unusable(plugin: "defense jpeg", reason: error.description)
        }
      }
    }
  }

  /// The same on the tape, with the gradient of the identity: rounding has none of use.
  static func jpeg(_ images: Variable, quality: Int) throws -> Variable {
    Variable(try jpeg(images.value, quality: quality), from: [images]) { [$0] }
  }
}
