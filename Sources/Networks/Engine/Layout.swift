internal import CDNNL

/// How one value of a chunk lies in memory: [images][blocks][height · width][lanes].
///
/// Channel c lies in block c / lanes, lane c % lanes. One lane is plain NCHW; [N, D] is plain with one position.
struct Layout: Hashable, Sendable {
  var channels: Int
  var height: Int
  var width: Int
  var lanes: Int
  var precision = Precision.float32

  var spatial: Int { height * width }
  var blocks: Int { (channels + lanes - 1) / lanes }
  /// Channels including the padding of the last block.
  var paddedChannels: Int { blocks * lanes }
  /// Scalars of one image.
  var count: Int { paddedChannels * spatial }

  /// Floats of memory that a number of images takes.
  func storage(images: Int) -> Int { precision == .float32 ? count * images : (count * images + 1) / 2 }

  func with(_ precision: Precision) -> Layout {
    var copy = self
    copy.precision = precision
    return copy
  }

  func with(lanes: Int) -> Layout {
    var copy = self
    copy.lanes = lanes
    return copy
  }

  func description(images: Int) throws -> MemoryDescription {
    try MemoryDescription(
      [images, channels, height, width], lanes == 16 ? dnnl_aBcd16b : lanes == 8 ? dnnl_aBcd8b : dnnl_abcd,
      precision)
  }

  /// [images, channels], for values of one position.
  func flatDescription(images: Int) throws -> MemoryDescription { try .plain([images, channels], precision) }
}
