import Pictures
import Testing

@Suite struct PictureCroppingTests {
  /// A picture whose pixels say where they are.
  private func map(_ width: Int, _ height: Int) -> Picture {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width { pixels += [UInt8(x + 1), UInt8(y + 1), 1] }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  @Test(arguments: try Golden.lines("center-crop.txt"))
  func theCentreIsTorchvisions(_ line: [String]) throws {
    let numbers = line.prefix(4).compactMap { Int($0) }
    let crop = map(numbers[0], numbers[1]).centerCropped(width: numbers[2], height: numbers[3])
    #expect([crop.width, crop.height] == [numbers[2], numbers[3]])
    let hex = crop.pixels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(hex == line[4])
  }

  @Test func aCropIsAWindow() {
    let crop = map(7, 5).cropped(x: 2, y: 1, width: 4, height: 3)
    #expect(crop.width == 4 && crop.height == 3)
    #expect(crop[0, 0] == (3, 2, 1))
    #expect(crop[3, 2] == (6, 4, 1))
    #expect(map(7, 5).cropped(x: 0, y: 0, width: 7, height: 5) == map(7, 5))
  }
}
