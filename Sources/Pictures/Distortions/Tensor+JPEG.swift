public import Tensors

extension Tensor {
  /// An image after a round trip through baseline JPEG (4:2:0): [3, H, W] or [1, H, W] in [0, 1] → the same.
  /// - Throws: `PictureError.notEncodable` for sides that JPEG does not have.
  public func throughJPEG(quality: Int) throws -> Tensor {
    let bytes = try Picture(self).jpeg(quality: quality)
    let back = try Picture(decoding: bytes, name: "a JPEG of quality \(quality)")
    return shape[0] == 1 ? back.lumaTensor() : back.tensor()
  }
}
