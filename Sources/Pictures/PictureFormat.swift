/// The file formats that are read and written.
public enum PictureFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  case jpeg = "JPEG"
  case png = "PNG"

  public var description: String { rawValue }

  /// The format that a file's first bytes announce; its name does not matter. Nil if it is neither.
  public init?(sniffing bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      return nil
    }
  }
}
