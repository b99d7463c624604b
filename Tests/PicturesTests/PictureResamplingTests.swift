import Pictures
import Testing

@Suite struct PictureResamplingTests {
  static let cases = Golden.names(endingIn: ".ppm").filter { name in
    ResamplingFilter.allCases.contains { name.contains("-\($0.rawValue)-") }
  }

  @Test(arguments: cases)
  func aResizedPictureIsPillowsBitForBit(_ name: String) throws {
    let words = name.split(separator: "-")
    let source = try Golden.picture("resample-\(words[1]).ppm")
    let filter = try #require(ResamplingFilter(rawValue: String(words[2])))
    let expected = try Golden.picture(name)
    let resized = source.resized(width: expected.width, height: expected.height, filter: filter)
    #expect(largestDifference(resized, expected) == 0)
  }

  @Test func allFiltersAreCompared() { #expect(PictureResamplingTests.cases.count == 36) }

  @Test(arguments: ResamplingFilter.allCases)
  func onePlainColourStaysThatColour(_ filter: ResamplingFilter) {
    let plain = Picture(width: 5, height: 3, pixels: [UInt8](repeating: 201, count: 45))
    for (width, height) in [(1, 1), (2, 9), (11, 2), (40, 31)] {
      let resized = plain.resized(width: width, height: height, filter: filter)
      #expect(resized.width == width && resized.height == height)
      #expect(resized.pixels.allSatisfy { $0 == 201 })
    }
  }

  @Test(arguments: ResamplingFilter.allCases)
  func theSameSizeIsTheSamePicture(_ filter: ResamplingFilter) throws {
    let source = try Golden.picture("resample-waves.ppm")
    #expect(source.resized(width: source.width, height: source.height, filter: filter) == source)
  }

  @Test(arguments: try Golden.lines("shorter-side.txt"))
  func theShorterSideIsTorchvisions(_ line: [String]) throws {
    let numbers = line.compactMap { Int($0) }
    let plain = Picture(
      width: numbers[0], height: numbers[1], pixels: [UInt8](repeating: 9, count: numbers[0] * numbers[1] * 3))
    guard numbers[3] * numbers[4] <= 1 << 20 else {
      #expect(throws: PictureError.self) {
        try plain.resizedShorterSide(to: numbers[2], limits: PictureLimits(maximumPixels: 1 << 20))
      }
      return
    }
    let resized = try plain.resizedShorterSide(to: numbers[2], filter: .box)
    #expect([resized.width, resized.height] == [numbers[3], numbers[4]])
  }

  @Test func aThinPictureIsNotBlownUp() {
    let thin = Picture(width: 1, height: 60_000, pixels: [UInt8](repeating: 1, count: 180_000))
    #expect(throws: PictureError.resultTooLarge(width: 224, height: 13_440_000, limits: .default)) {
      try thin.resizedShorterSide(to: 224)
    }
  }
}
