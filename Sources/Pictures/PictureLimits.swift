/// What a file may ask for. Everything here is checked before memory is taken for pixels.
public struct PictureLimits: Sendable, Equatable {
  /// The longest side, in pixels.
  public var maximumSide: Int
  /// Width × height.
  public var maximumPixels: Int
  /// The size of the file itself, in bytes.
  public var maximumFileBytes: Int
  /// Passes of a progressive JPEG over the picture; the usual encoders write about ten.
  public var maximumScans: Int

  public init(
    maximumSide: Int = 65_535, maximumPixels: Int = 100_000_000, maximumFileBytes: Int = 256 << 20,
    maximumScans: Int = 200
  ) {
    self.maximumSide = maximumSide
    self.maximumPixels = maximumPixels
    self.maximumFileBytes = maximumFileBytes
    self.maximumScans = maximumScans
  }

  /// Sides of 65,535, 100 megapixels, files of 256 MiB, 200 scans.
  public static let `default` = PictureLimits()

  /// Whether a picture of these extents stays within the limits. Never overflows.
  func allows(width: Int, height: Int) -> Bool {
    guard width > 0, height > 0, width <= maximumSide, height <= maximumSide else { return false }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    return !overflow && pixels <= maximumPixels && pixels <= Int.max / 8
  }
}
