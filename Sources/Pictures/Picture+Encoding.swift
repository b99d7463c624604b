internal import CJPEG
internal import CPNG

extension Picture {
  /// The picture as an 8-bit RGB PNG file without ancillary chunks: equal pictures give equal bytes.
  ///
  /// `compression` is zlib's level, 0...9.
  /// - Throws: `PictureError.notEncodable`.
  public func png(compression: Int = 6) throws -> [UInt8] {
    precondition((0...9).contains(compression), "zlib has the levels 0...9, got \(compression)")
    return try encoded(as: .png, messageSize: Int(CPNG_MESSAGE_SIZE), CPNG_OK, cpng_free) {
      cpng_encode($0, UInt32(width), UInt32(height), Int32(compression), $1, $2, $3)
    }
  }

  /// The picture as a baseline JPEG file with 4:2:0 chroma and libjpeg's tables for `quality`, 1...100; what Pillow's
  /// `save(…, quality=quality)` writes.
  /// - Throws: `PictureError.notEncodable`: JPEG has no sides above 65,500 pixels.
  public func jpeg(quality: Int = 75) throws -> [UInt8] {
    precondition((1...100).contains(quality), "JPEG has the qualities 1...100, got \(quality)")
    return try encoded(as: .jpeg, messageSize: Int(CJPEG_MESSAGE_SIZE), CJPEG_OK, cjpeg_free) {
      cjpeg_encode($0, UInt32(width), UInt32(height), Int32(quality), $1, $2, $3)
    }
  }

  private typealias Bytes = UnsafeMutablePointer<UInt8>

  private func encoded<Status: Equatable>(
    as format: PictureFormat, messageSize: Int, _ success: Status, _ free: (Bytes?) -> Void,
    _ encode: (
      UnsafePointer<UInt8>?, UnsafeMutablePointer<Bytes?>, UnsafeMutablePointer<Int>, UnsafeMutablePointer<CChar>
    ) -> Status
  ) throws -> [UInt8] {
    guard width <= Int(Int32.max), height <= Int(Int32.max) else {
      throw PictureError.notEncodable(format: format, reason: "it has \(width)×\(height) pixels")
    }
    var bytes: Bytes?
    var count = 0
    defer { free(bytes) }
    let (status, message) = pixels.withUnsafeBufferPointer { source in
      Message.collect(size: messageSize) { encode(source.baseAddress, &bytes, &count, $0) }
    }
    guard status == success else { throw PictureError.notEncodable(format: format, reason: message) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
