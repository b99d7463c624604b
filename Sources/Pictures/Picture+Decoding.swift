internal import CJPEG
internal import CPNG

extension Picture {
  /// Reads a JPEG or PNG file; which of the two, its content says.
  ///
  /// The pixels are those of Pillow's `Image.open(path).convert("RGB")`:
  /// * JPEG: baseline, extended and progressive; gray, YCbCr, RGB; CMYK and YCCK, taken for inverted as Adobe writes
  ///   them.
  /// * PNG: every colour type and depth, interlaced or not. Alpha and transparency are dropped, not composited; 16-bit
  ///   colour (and gray with alpha) keeps its high byte; 16-bit gray is cut off at 255, which is what Pillow does.
  ///
  /// Stricter than Pillow in one thing: a file that its library could only paint over (missing or wrong entropy-coded
  /// data, a wrong checksum, a PNG without its end) is an error.
  ///
  /// - Throws: `PictureError`.
  public init(contentsOf path: String, limits: PictureLimits = .default) throws {
    try self.init(decoding: FileBytes.read(path, limits: limits), name: path, limits: limits)
  }

  /// Decodes the content of a file; `name` is what errors call it.
  /// - Throws: `PictureError`.
  public init(decoding bytes: [UInt8], name: String, limits: PictureLimits = .default) throws {
    self = try bytes.withUnsafeBytes { try Picture(decoding: $0, name: name, limits: limits) }
  }

  /// Decodes the content of a file; `name` is what errors call it.
  /// - Throws: `PictureError`.
  public init(decoding bytes: UnsafeRawBufferPointer, name: String, limits: PictureLimits = .default) throws {
    guard bytes.count <= limits.maximumFileBytes else {
      throw PictureError.fileTooLarge(file: name, bytes: bytes.count, limits: limits)
    }
    guard let format = PictureFormat(sniffing: bytes), let base = bytes.baseAddress else {
      throw PictureError.notAPicture(file: name, start: Picture.start(of: bytes))
    }
    let source = Source(
      base: base.assumingMemoryBound(to: UInt8.self), count: bytes.count, name: name, limits: limits)
    self = try format == .jpeg ? source.jpeg() : source.png()
  }

  /// The first bytes in a form that fits into a sentence.
  private static func start(of bytes: UnsafeRawBufferPointer) -> String {
    guard !bytes.isEmpty else { return "it is empty" }
    var text = "starts with \""
    for byte in bytes.prefix(12) {
      switch byte {
      case 0x22, 0x5C: text += "\\" + String(UnicodeScalar(byte))
      case 0x20...0x7E: text += String(UnicodeScalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return text + (bytes.count > 12 ? "…\"" : "\"")
  }
}

/// The one place that hands bytes of a file to the C libraries.
private struct Source {
  let base: UnsafePointer<UInt8>
  let count: Int
  let name: String
  let limits: PictureLimits

  func jpeg() throws -> Picture {
    var width: UInt32 = 0
    var height: UInt32 = 0
    try check { cjpeg_read_header(base, count, &width, &height, $0) }
    return try picture(.jpeg, width: Int(width), height: Int(height)) { pixels in
      try check { cjpeg_decode(base, count, width, height, Int32(clamping: limits.maximumScans), pixels, $0) }
    }
  }

  /// The header is read here, so that absurd extents are refused before libpng hears of them.
  func png() throws -> Picture {
    guard count >= 29 else { throw PictureError.truncated(file: name, format: .png) }
    guard word(at: 8) == 13, word(at: 12) == 0x4948_4452 else {
      throw PictureError.damaged(file: name, format: .png, reason: "it does not begin with a header (IHDR)")
    }
    let (width, height) = (word(at: 16), word(at: 20))
    return try picture(.png, width: Int(width), height: Int(height)) { pixels in
      try check { cpng_decode(base, count, width, height, pixels, $0) }
    }
  }

  private func word(at offset: Int) -> UInt32 {
    UInt32(bigEndian: UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func picture(
    _ format: PictureFormat, width: Int, height: Int, _ decode: (UnsafeMutablePointer<UInt8>?) throws -> Void
  ) throws -> Picture {
    guard width > 0, height > 0 else {
      throw PictureError.damaged(file: name, format: format, reason: "it has \(width)×\(height) pixels")
    }
    guard limits.allows(width: width, height: height) else {
      throw PictureError.tooLarge(file: name, width: width, height: height, limits: limits)
    }
    let size = width * height * 3
    let pixels = try [UInt8](unsafeUninitializedCapacity: size) { target, count in
      try decode(target.baseAddress)
      count = size
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  /// Turns a status of libjpeg's functions into an error.
  private func check(_ call: (UnsafeMutablePointer<CChar>) -> cjpeg_status) throws {
    let (status, message) = Message.collect(size: Int(CJPEG_MESSAGE_SIZE), call)
    switch status {
    case CJPEG_OK: return
    case CJPEG_TRUNCATED: throw PictureError.truncated(file: name, format: .jpeg)
    case CJPEG_UNSUPPORTED: throw PictureError.unsupported(file: name, format: .jpeg, reason: message)
    case CJPEG_FAILED: throw PictureError.unreadable(file: name, reason: message)
    default: throw PictureError.damaged(file: name, format: .jpeg, reason: message)
    }
  }

  /// Turns a status of libpng's functions into an error.
  private func check(_ call: (UnsafeMutablePointer<CChar>) -> cpng_status) throws {
    let (status, message) = Message.collect(size: Int(CPNG_MESSAGE_SIZE), call)
    switch status {
    case CPNG_OK: return
    case CPNG_TRUNCATED: throw PictureError.truncated(file: name, format: .png)
    case CPNG_FAILED: throw PictureError.unreadable(file: name, reason: message)
    default: throw PictureError.damaged(file: name, format: .png, reason: message)
    }
  }
}
