import Pictures
import Testing

@Suite struct PictureDecodingTests {
  @Test(arguments: Golden.names(endingIn: ".png"))
  func aPNGHasThePixelsThatPillowReads(_ name: String) throws {
    #expect(try Picture(contentsOf: Golden.path(name)) == Golden.picture(name + ".ppm"))
  }

  // Exact with the libjpeg-turbo releases that we know; another libjpeg may differ in the inverse transform.
  @Test(arguments: Golden.names(endingIn: ".jpg"))
  func aJPEGHasThePixelsThatPillowReads(_ name: String) throws {
    let difference = largestDifference(try Picture(contentsOf: Golden.path(name)), try Golden.picture(name + ".ppm"))
    #expect(try #require(difference) <= 1)
  }

  @Test func everyKindIsThere() {
    #expect(Golden.names(endingIn: ".png").count >= 24)
    #expect(Golden.names(endingIn: ".jpg").count >= 14)
  }

  @Test func theContentDecidesAndNotTheName() throws {
    let bytes = try Golden.bytes("rgb-8.png")
    #expect(try Picture(decoding: bytes, name: "misnamed.jpg") == Golden.picture("rgb-8.png.ppm"))
  }

  @Test func bytesBehindThePictureDoNotMatter() throws {
    for name in ["rgb-8.png", "progressive.jpg", "gray.jpg"] {
      let bytes = try Golden.bytes(name)
      let longer = bytes + [UInt8](repeating: 0x5A, count: 33)
      #expect(try Picture(decoding: longer, name: name) == Picture(decoding: bytes, name: name))
    }
  }
}
