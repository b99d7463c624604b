/// An image as files hold it: 8-bit RGB, interleaved, row by row from the top.
///
/// Pixels are those of the file. An EXIF orientation is *not* applied, as in the loaders of this field (Pillow's
/// `Image.open(path).convert("RGB")` as torchvision calls it), so that a measured picture is the same one everywhere.
/// Nor are colour profiles and gamma.
public struct Picture: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `height` rows of `width` pixels of red, green, blue.
  public let pixels: [UInt8]

  /// A picture of the given pixels, of which there are `width × height × 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, got \(width)×\(height)")
    precondition(
      pixels.count == width * height * 3, "\(pixels.count) bytes do not fill a picture of \(width)×\(height)×3")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Red, green and blue at a place counted from the top left.
  public subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    precondition(
      x >= 0 && x < width && y >= 0 && y < height, "pixel (\(x), \(y)) is outside of \(width)×\(height)")
    let offset = (y * width + x) * 3
    return (pixels[offset], pixels[offset + 1], pixels[offset + 2])
  }
}
