import Foundation
import Pictures
import Testing

/// Files that nobody should be hurt by. What a command prints is the error's description: one line with the name.
@Suite struct PictureErrorTests {
  private func error(_ bytes: [UInt8], _ limits: PictureLimits = .default) -> PictureError? {
    do {
      _ = try Picture(decoding: bytes, name: "a/file.jpg", limits: limits)
      return nil
    } catch {
      return error as? PictureError
    }
  }

  /// The start of a PNG file of any extents, its checksum right.
  private func header(_ width: UInt32, _ height: UInt32) -> [UInt8] {
    func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    let chunk = Array("IHDR".utf8) + word(width) + word(height) + [8, 2, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + word(13) + chunk + word(PNGChecksum.of(chunk))
  }

  @Test func absurdExtentsAreRefusedBeforeMemoryIsTaken() {
    let sentence =
      "a/file.jpg: a picture of 100000×100000 pixels is refused; "
      + "the limit is 100000000 pixels with no side above 65535"
    #expect(error(header(100_000, 100_000))?.description == sentence)
    #expect(
      error(header(0x7FFF_FFFF, 0x7FFF_FFFF))
        == .tooLarge(file: "a/file.jpg", width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, limits: .default))
    #expect(
      error(header(0xFFFF_FFFF, 0xFFFF_FFFF))
        == .tooLarge(file: "a/file.jpg", width: 0xFFFF_FFFF, height: 0xFFFF_FFFF, limits: .default))
    #expect(error(header(50_000, 50_000), PictureLimits(maximumPixels: .max)) != nil)
    #expect(
      error(header(0, 5)) == .damaged(file: "a/file.jpg", format: .png, reason: "it has 0×5 pixels"))
  }

  @Test func aJPEGBombIsRefused() throws {
    var bytes = try Golden.bytes("baseline-420.jpg")
    let frame = try #require(bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(error(bytes) == .tooLarge(file: "a/file.jpg", width: 65_500, height: 65_500, limits: .default))
    // Within the limits the missing data is found, and found soon.
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x1F, 0x40, 0x1F, 0x40])
    #expect(error(bytes) != nil)
  }

  @Test func limitsCountPixelsSidesAndBytes() throws {
    let bytes = try Golden.bytes("rgb-8.png")
    #expect(error(bytes, PictureLimits(maximumPixels: 21 * 13)) == nil)
    let fewPixels = PictureLimits(maximumPixels: 21 * 13 - 1)
    #expect(error(bytes, fewPixels) == .tooLarge(file: "a/file.jpg", width: 21, height: 13, limits: fewPixels))
    let shortSides = PictureLimits(maximumSide: 20)
    #expect(error(bytes, shortSides) == .tooLarge(file: "a/file.jpg", width: 21, height: 13, limits: shortSides))
    let fewBytes = PictureLimits(maximumFileBytes: bytes.count - 1)
    #expect(error(bytes, fewBytes) == .fileTooLarge(file: "a/file.jpg", bytes: bytes.count, limits: fewBytes))
    let scans = try Golden.bytes("progressive.jpg")
    #expect(error(scans, PictureLimits(maximumScans: 3))?.description.contains("more than 3 progressive scans") == true)
  }

  @Test func anotherKindOfFileSaysWhatItIs() {
    #expect(
      error(Array("Hello \"world\"\n".utf8))?.description
        == #"a/file.jpg: not a JPEG or PNG picture (starts with "Hello \"world…")"#)
    #expect(
      error([0, 0xFF, 0x0A])?.description == #"a/file.jpg: not a JPEG or PNG picture (starts with "\x00\xff\x0a")"#)
    #expect(error([])?.description == "a/file.jpg: not a JPEG or PNG picture (it is empty)")
  }

  @Test(arguments: [
    "baseline-420.jpg", "progressive.jpg", "cmyk.jpg", "restarts.jpg", "rgb-8.png", "rgb-16-interlaced.png",
  ])
  func aTruncatedFileIsAnErrorWhereverItEnds(_ name: String) throws {
    let bytes = try Golden.bytes(name)
    for end in 8..<bytes.count {
      #expect(error(Array(bytes[..<end])) != nil, "\(name) cut at \(end) of \(bytes.count)")
    }
    let half = error(Array(bytes[..<(bytes.count - 20)]))
    #expect(half == .truncated(file: "a/file.jpg", format: name.hasSuffix("jpg") ? .jpeg : .png))
  }

  @Test func dataThatIsMissingWithinAJPEGIsAnError() throws {
    let bytes = try Golden.bytes("baseline-420.jpg")
    #expect(
      error(bytes.dropLast(60) + [0xFF, 0xD9])
        == .damaged(
          file: "a/file.jpg", format: .jpeg, reason: "Corrupt JPEG data: premature end of data segment"))
  }

  @Test func aWrongChecksumIsAnError() throws {
    var bytes = try Golden.bytes("rgb-8.png")
    let data = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("IDAT".utf8)) })
    let length = bytes[data - 4..<data].reduce(0) { $0 << 8 | Int($1) }
    bytes[data + 4 + length] ^= 0x40
    #expect(error(bytes) == .damaged(file: "a/file.jpg", format: .png, reason: "IDAT: CRC error"))
  }

  @Test func whatCannotBeOpenedIsAnErrorWithAReason() {
    #expect(throws: PictureError.unreadable(file: "/nowhere/a.png", reason: "No such file or directory")) {
      try Picture(contentsOf: "/nowhere/a.png")
    }
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: PictureError.unreadable(file: folder, reason: "it is a folder")) {
      try Picture(contentsOf: folder)
    }
    #expect(throws: PictureError.unreadable(file: "/dev/zero", reason: "it is not a regular file")) {
      try Picture(contentsOf: "/dev/zero")
    }
  }
}
