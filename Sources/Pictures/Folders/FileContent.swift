extension Picture {
  /// The bytes of a picture file, not decoded.
  ///
  /// - Throws: `PictureError.unreadable` or `.fileTooLarge`.
  public static func bytes(ofFile path: String, limits: PictureLimits = .default) throws -> [UInt8] {
    try FileBytes.read(path, limits: limits)
  }
}
