import Pictures
import Tensors
import Testing

@Suite struct PictureTensorTests {
  @Test func aTensorHasPlanesOfFractions() {
    let picture = Picture(width: 2, height: 1, pixels: [0, 51, 255, 1, 128, 254])
    let tensor = picture.tensor()
    #expect(tensor.shape == [3, 1, 2])
    #expect(tensor.scalars == [0, 1 / 255, 51 / 255, 128 / 255, 1, 254 / 255] as [Float])
  }

  @Test func everyValueSurvivesTheRoundTrip() {
    let picture = Picture(width: 256, height: 1, pixels: (0..<256).flatMap { [UInt8($0), UInt8(255 - $0), 7] })
    #expect(Picture(picture.tensor()) == picture)
  }

  @Test func valuesAreRoundedAwayFromZeroAndCutOff() {
    let half = Float(0.5) / 255
    let values: [Float] = [-1, 0, half, half.nextDown, 1, 2, .nan, .infinity, -.infinity]
    let picture = Picture(Tensor(values, [1, 3, 3]))
    let gray = stride(from: 0, to: 27, by: 3).map { picture.pixels[$0] }
    #expect(gray[0...1] == [0, 0])
    #expect(gray[4...] == [255, 255, 0, 255, 0])
    // 0.5 / 255 is not a float; what counts is the product.
    #expect(gray[2] == (half * 255 >= 0.5 ? 1 : 0))
    #expect(Picture(Tensor([2.5 / 255] as [Float], [1, 1, 1])).pixels == [3, 3, 3])
  }

  @Test(arguments: ["waves", "extremes"])
  func lumaIsPillows(_ name: String) throws {
    let picture = try Golden.picture("resample-\(name).ppm")
    let expected = try Golden.pixmap("luma-\(name).pgm").values
    #expect(picture.luma == expected)
    #expect(picture.lumaTensor() == Tensor(expected.map { Float($0) / 255 }, [1, picture.height, picture.width]))
  }
}
