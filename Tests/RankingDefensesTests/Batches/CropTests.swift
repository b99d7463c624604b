import GauntletKit
import RankingDefenses
import Tensors
import Testing

/// Crops from pictures that are larger than images.
struct CropTests {
  private let spec = ImageSpec(channels: 2, height: 5, width: 5)

  private func rows(_ count: Int, epoch: Int = 0) -> [BatchRow] {
    (0..<count).map { BatchRow(image: $0, epoch: epoch, anchor: $0, role: .anchor) }
  }

  private func pictures(_ count: Int) -> Tensor {
    var stream = RandomStream(seed: 1, ["test"])
    return Tensor(uniform: [count, 2, 7, 7], in: 0...1, using: &stream)
  }

  private func crop(_ picture: [Float], down: Int, right: Int, flips: Bool) -> [Float] {
    (0..<2).flatMap { c in
      (0..<5).flatMap { y in (0..<5).map { x in picture[c * 49 + (y + down) * 7 + right + (flips ? 4 - x : x)] } }
    }
  }

  @Test func everyCropLiesInsideAndEveryPlaceOccurs() {
    let pictures = pictures(400)
    let crops = Augmentation.cropped(from: pictures, to: spec, rows: rows(400), seed: 1)
    #expect(crops.shape == [400, 2, 5, 5])
    var seen: [[Int]: Int] = [:]
    for i in 0..<400 {
      let (picture, got) = (pictures.row(i).scalars, crops.row(i).scalars)
      for (down, right, flips) in (0..<3).flatMap({ y in (0..<3).flatMap { x in [(y, x, false), (y, x, true)] } })
      where crop(picture, down: down, right: right, flips: flips) == got {
        seen[[down, right, flips ? 1 : 0], default: 0] += 1
      }
    }
    #expect(seen.count == 18 && seen.values.reduce(0, +) == 400)
    // 22 each are expected.
    #expect(seen.values.allSatisfy { (5...50).contains($0) })
  }

  @Test func aRowDoesNotDependOnItsBatch() {
    let (pictures, rows) = (pictures(9), rows(9))
    let whole = Augmentation.cropped(from: pictures, to: spec, rows: rows, seed: 1)
    let part = Augmentation.cropped(from: pictures.rows([7, 3]), to: spec, rows: [rows[7], rows[3]], seed: 1)
    #expect(part == whole.rows([7, 3]))
    #expect(whole != Augmentation.cropped(from: pictures, to: spec, rows: self.rows(9, epoch: 1), seed: 1))
    #expect(whole != Augmentation.cropped(from: pictures, to: spec, rows: rows, seed: 2))
  }
}
