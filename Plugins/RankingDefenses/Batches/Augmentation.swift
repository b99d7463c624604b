package import Tensors

/// Random changes of training images that keep their class.
///
/// Each row draws from its own stream, keyed by (seed, epoch, anchor, role): what becomes of an image does not depend on
/// the batch it is in.
package enum Augmentation: String, CaseIterable, Sendable {
  case none
  /// A horizontal flip with probability ½.
  case flip
  /// A flip, then a crop of the full size from the picture with its border repeated ⌊side / 8⌋ pixels outwards (4 at
  /// 32², 8 at 64²): a shift by up to that much.
  case cropFlip = "crop-flip"

  /// - Parameter images: [N, C, H, W], one a row.
  package func applied(to images: Tensor, rows: [BatchRow], seed: UInt64) -> Tensor {
    precondition(images.rows == rows.count, "\(images.rows) images for \(rows.count) rows")
    guard self != .none else { return images }
    let (channels, height, width) = (images.shape[1], images.shape[2], images.shape[3])
    let size = channels * height * width
    return Tensor(unsafeUninitialized: images.shape) { target in
      images.withScalars { source in
        for (place, row) in rows.enumerated() {
          var stream = RandomStream(
            seed: seed, ["train", "augment"], [row.epoch, row.anchor, row.role.rawValue, row.image])
          let flips = stream.next() >> 63 == 1
          var (down, right) = (0, 0)
          if self == .cropFlip {
            down = stream.integer(below: 2 * (height / 8) + 1) - height / 8
            right = stream.integer(below: 2 * (width / 8) + 1) - width / 8
          }
          for plane in 0..<channels {
            for y in 0..<height {
              let from = place * size + (plane * height + min(max(y + down, 0), height - 1)) * width
              let to = place * size + (plane * height + y) * width
              for x in 0..<width {
                let column = min(max(x + right, 0), width - 1)
                target[to + x] = source[from + (flips ? width - 1 - column : column)]
              }
            }
          }
        }
      }
    }
  }
}
