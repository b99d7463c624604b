package import GauntletKit
package import Tensors

extension Augmentation {
  /// Crops of pictures that are larger than images, anywhere inside with the same probability, each flipped with
  /// probability ½: retrieval specification 1.3 (256 × 256 to 224 × 224).
  ///
  /// - Parameter pictures: [N, C, H', W'], one a row.
  /// - Returns: [N, C, H, W] of the extents of `spec`.
  package static func cropped(from pictures: Tensor, to spec: ImageSpec, rows: [BatchRow], seed: UInt64) -> Tensor {
    let (height, width) = (pictures.shape[2], pictures.shape[3])
    precondition(
      pictures.rows == rows.count && pictures.shape[1] == spec.channels && height >= spec.height && width >= spec.width,
      "crops \(spec.shape(rows.count)) of pictures \(pictures.shape)")
    return Tensor(unsafeUninitialized: spec.shape(rows.count)) { target in
      pictures.withScalars { source in
        var to = 0
        for (place, row) in rows.enumerated() {
          var stream = RandomStream(
            seed: seed, ["train", "augment"], [row.epoch, row.anchor, row.role.rawValue, row.image])
          let flips = stream.next() >> 63 == 1
          let down = stream.integer(below: height - spec.height + 1)
          let right = stream.integer(below: width - spec.width + 1)
          for plane in place * spec.channels..<(place + 1) * spec.channels {
            for y in 0..<spec.height {
              let from = (plane * height + y + down) * width + right
              for x in 0..<spec.width { target[to + x] = source[from + (flips ? spec.width - 1 - x : x)] }
              to += spec.width
            }
          }
        }
      }
    }
  }
}
