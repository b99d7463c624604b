import Pictures
import Tensors
import Testing

@Suite struct PictureEncodingTests {
  private func noise(_ width: Int, _ height: Int, _ index: Int) -> Picture {
    var random = RandomStream(seed: 3, ["noise"], [index])
    let pixels = (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return Picture(width: width, height: height, pixels: pixels)
  }

  @Test(arguments: [(1, 1), (1, 300), (300, 1), (17, 31), (255, 64)])
  func aPNGKeepsEveryPixel(_ width: Int, _ height: Int) throws {
    let picture = noise(width, height, width)
    for level in [0, 1, 6, 9] {
      let bytes = try picture.png(compression: level)
      #expect(try Picture(decoding: bytes, name: "round trip") == picture)
      #expect(try picture.png(compression: level) == bytes)
    }
  }

  // The reference wrote and read with one libjpeg-turbo, we with another.
  @Test(arguments: [10, 75, 97])
  func aJPEGIsPillows(_ quality: Int) throws {
    let bytes = try Golden.picture("encode.ppm").jpeg(quality: quality)
    let difference = largestDifference(
      try Picture(decoding: bytes, name: "round trip"), try Golden.picture("encode-\(quality).ppm"))
    #expect(try #require(difference) <= 1)
  }

  @Test func moreQualityIsNearer() throws {
    let picture = try Golden.picture("encode.ppm")
    let errors = try [5, 30, 60, 95].map { quality in
      let decoded = try Picture(decoding: picture.jpeg(quality: quality), name: "round trip")
      return zip(picture.pixels, decoded.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    }
    #expect(errors == errors.sorted(by: >))
  }

  @Test func aJPEGThatCannotBeIsAnError() {
    let wide = Picture(width: 70_000, height: 1, pixels: [UInt8](repeating: 0, count: 210_000))
    #expect(throws: PictureError.self) { try wide.jpeg() }
    #expect(throws: Never.self) { try wide.png() }
  }
}
