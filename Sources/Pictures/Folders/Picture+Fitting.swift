/// How a picture of any size becomes a square.
public enum Fitting: String, CaseIterable, Hashable, Sendable {
  /// Both sides are resized, whatever that does to the proportions.
  case exact
  /// The shorter side is resized, then the middle is cut out.
  case shorterCrop = "shorter-crop"
}

extension Picture {
  /// A square of `size` pixels a side.
  ///
  /// - Throws: `PictureError.resultTooLarge` (a very long picture whose shorter side is enlarged).
  public func fitted(to size: Int, _ fitting: Fitting, filter: ResamplingFilter) throws -> Picture {
    switch fitting {
    case .exact: resized(width: size, height: size, filter: filter)
    case .shorterCrop:
      try resizedShorterSide(to: size, filter: filter).centerCropped(width: size, height: size)
    }
  }
}
