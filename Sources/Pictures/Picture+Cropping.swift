extension Picture {
  /// The rectangle whose top left pixel is (x, y); it must lie inside of the picture.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> Picture {
    precondition(
      x >= 0 && y >= 0 && width > 0 && height > 0 && width <= self.width - x && height <= self.height - y,
      "a crop of \(width)×\(height) at (\(x), \(y)) is not inside of \(self.width)×\(self.height)")
    if width == self.width && height == self.height { return self }
    var result: [UInt8] = []
    result.reserveCapacity(width * height * 3)
    for row in y..<y + height {
      let start = (row * self.width + x) * 3
      result += pixels[start..<start + width * 3]
    }
    return Picture(width: width, height: height, pixels: result)
  }

  /// The middle of the picture, as torchvision's `center_crop` takes it: the offset is half of the difference, ties
  /// rounded to even; a picture that is too small is first padded with black, the odd pixel at the right and bottom.
  public func centerCropped(width: Int, height: Int) -> Picture {
    precondition(width > 0 && height > 0, "a crop has at least one pixel, got \(width)×\(height)")
    let padded = padded(toWidth: max(width, self.width), height: max(height, self.height))
    return padded.cropped(
      x: Picture.halfToEven(padded.width - width), y: Picture.halfToEven(padded.height - height), width: width,
      height: height)
  }

  private static func halfToEven(_ value: Int) -> Int {
    let half = value / 2
    return value % 2 == 0 ? half : half + half % 2
  }

  private func padded(toWidth newWidth: Int, height newHeight: Int) -> Picture {
    if newWidth == width && newHeight == height { return self }
    var result = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
    let (left, top) = ((newWidth - width) / 2, (newHeight - height) / 2)
    for row in 0..<height {
      let start = ((row + top) * newWidth + left) * 3
      result.replaceSubrange(start..<start + width * 3, with: pixels[row * width * 3..<(row + 1) * width * 3])
    }
    return Picture(width: newWidth, height: newHeight, pixels: result)
  }
}
