import RankingDefenses
import Tensors
import Testing

struct AugmentationTests {
  private func images(_ count: Int, side: Int) -> Tensor {
    var stream = RandomStream(seed: 1, ["test"])
    return Tensor(uniform: [count, 2, side, side], in: 0...1, using: &stream)
  }

  private func rows(_ count: Int, epoch: Int = 0) -> [BatchRow] {
    (0..<count).map { BatchRow(image: $0, epoch: epoch, anchor: $0, role: .anchor) }
  }

  @Test func flipGivesThePictureOrItsMirrorImage() {
    let (images, rows) = (images(64, side: 5), rows(64))
    let flipped = Augmentation.flip.applied(to: images, rows: rows, seed: 1)
    var mirrored = 0
    for i in 0..<64 {
      let mirror = Tensor((0..<10).flatMap { images.row(i).scalars[$0 * 5..<$0 * 5 + 5].reversed() }, [2, 5, 5])
      #expect(flipped.row(i) == images.row(i) || flipped.row(i) == mirror)
      if flipped.row(i) == mirror { mirrored += 1 }
    }
    #expect((16...48).contains(mirrored))
  }

  @Test func cropShiftsByAtMostAnEighth() {
    let (images, rows) = (images(40, side: 16), rows(40))
    let moved = Augmentation.cropFlip.applied(to: images, rows: rows, seed: 1)
    var shifts: Set<[Int]> = []
    for i in 0..<40 {
      let (old, new) = (images.row(i).scalars, moved.row(i).scalars)
      for (down, right, flips) in (-2...2).flatMap({ y in (-2...2).flatMap { x in [(y, x, false), (y, x, true)] } }) {
        let isIt = (2..<14).allSatisfy { y in
          (2..<14).allSatisfy { x in
            new[y * 16 + x] == old[(y + down) * 16 + (flips ? 15 - x : x) + right]
              || new[y * 16 + x] == old[(y + down) * 16 + min(max(x + right, 0), 15)] && !flips
          }
        }
        if isIt { shifts.insert([i]) }
      }
    }
    #expect(shifts.count == 40)
    #expect(moved != images)
  }

  @Test func aRowDoesNotDependOnItsBatch() {
    let (images, rows) = (images(9, side: 16), rows(9))
    let whole = Augmentation.cropFlip.applied(to: images, rows: rows, seed: 1)
    let part = Augmentation.cropFlip.applied(to: images.rows([7, 3]), rows: [rows[7], rows[3]], seed: 1)
    #expect(part == whole.rows([7, 3]))
    #expect(whole != Augmentation.cropFlip.applied(to: images, rows: self.rows(9, epoch: 1), seed: 1))
  }
}
