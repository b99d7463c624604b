/// Why a picture could not be read, changed or written.
public enum PictureError: Error, Sendable, Equatable {
  /// The file cannot be opened or read at all.
  case unreadable(file: String, reason: String)
  /// The content is of another kind; `start` shows its first bytes.
  case notAPicture(file: String, start: String)
  /// The header declares more pixels than the limits allow.
  case tooLarge(file: String, width: Int, height: Int, limits: PictureLimits)
  /// The file itself is larger than the limits allow.
  case fileTooLarge(file: String, bytes: Int, limits: PictureLimits)
  /// The file ends before the picture does.
  case truncated(file: String, format: PictureFormat)
  /// The content contradicts itself or its format.
  case damaged(file: String, format: PictureFormat, reason: String)
  /// A valid kind of its format that is not read here.
  case unsupported(file: String, format: PictureFormat, reason: String)
  /// A resized picture would have more pixels than the limits allow.
  case resultTooLarge(width: Int, height: Int, limits: PictureLimits)
  /// The picture cannot be encoded.
  case notEncodable(format: PictureFormat, reason: String)
}

extension PictureError: CustomStringConvertible {
  /// One sentence: which file, what was got, and what was expected.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .notAPicture(let file, let start): "\(file): not a JPEG or PNG picture (\(start))"
    case .tooLarge(let file, let width, let height, let limits):
      "\(file): a picture of \(width)×\(height) pixels is refused; \(Self.sentence(limits))"
    case .fileTooLarge(let file, let bytes, let limits):
      "\(file): a file of \(bytes) bytes is refused; at most \(limits.maximumFileBytes) are read"
    case .truncated(let file, let format):
      "\(file): truncated \(format): the file ends before the picture does"
    case .damaged(let file, let format, let reason): "\(file): damaged \(format): \(reason)"
    case .unsupported(let file, let format, let reason): "\(file): this kind of \(format) is not read: \(reason)"
    case .resultTooLarge(let width, let height, let limits):
      "a result of \(width)×\(height) pixels is refused; \(Self.sentence(limits))"
    case .notEncodable(let format, let reason): "the picture cannot be written as \(format): \(reason)"
    }
  }

  private static func sentence(_ limits: PictureLimits) -> String {
    "the limit is \(limits.maximumPixels) pixels with no side above \(limits.maximumSide)"
  }
}
