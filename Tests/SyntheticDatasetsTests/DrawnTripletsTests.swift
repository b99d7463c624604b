import GauntletKit
import Pictures
import SyntheticDatasets
import Tensors
import Testing

func drawnTriplets(_ settings: String = "") throws -> any TripletDataset {
  try #require(try dataset("triplets" + (settings.isEmpty ? "" : ":" + settings)) as? any TripletDataset)
}

@Suite(.serialized) struct DrawnTripletsTests {
  @Test func aTripletIsAFunctionOfItsIndex() throws {
    let data = try drawnTriplets("count=30")
    let indices = [4, 29, 4, 0]
    let some = try data.triplets(indices)
    let workers = Workers.count
    defer { Workers.count = workers }
    Workers.count = 1
    for (place, index) in indices.enumerated() {
      let one = try data.triplets([index])
      #expect(one.references.row(0) == some.references.row(place))
      #expect(one.first.row(0) == some.first.row(place))
      #expect(one.second.row(0) == some.second.row(place))
      #expect(one.votes[0] == some.votes[place])
    }
  }

  @Test func valuesAreEightBits() throws {
    let batch = try drawnTriplets().triplets(Array(0..<100))
    for part in [batch.references, batch.first, batch.second] {
      #expect(part.scalars.allSatisfy { $0 >= 0 && $0 <= 1 && ($0 * 255).rounded() / 255 == $0 })
    }
  }

  @Test func bothAnswersAreEquallyOftenRight() throws {
    let votes = try drawnTriplets("count=400").triplets(Array(0..<400)).votes
    #expect(votes.allSatisfy { $0 == 0 || $0 == 1 })
    #expect((150...250).contains(votes.reduce(0, +)))
  }

  /// Graded: the pixel distance is mostly, not always, right.
  @Test func pixelsAreMostlyRight() throws {
    let batch = try drawnTriplets("count=400").triplets(Array(0..<400))
    let (a, b) = ((batch.first - batch.references).rowNorms(), (batch.second - batch.references).rowNorms())
    let right = (0..<400).filter { (b[$0] < a[$0]) == (batch.votes[$0] == 1) }.count
    #expect((280...380).contains(right), "\(right) of 400")
  }

  @Test func namesSayWhatWasDone() throws {
    let data = try drawnTriplets("distortions=shift")
    #expect(data.name(of: 3).contains("shift"))
  }

  @Test func mistakesAreNamed() {
    func text(_ settings: String) -> String {
      do {
        _ = try dataset("triplets:" + settings)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(text("distortions=noise,blurr").contains("'blurr'"))
    #expect(text("distortions=noise,noise").contains("twice"))
    #expect(text("strength-min=0.9,strength-max=0.3").contains("strength-min is 0.9"))
    #expect(text("ratio-min=3,ratio-max=2").contains("ratio-min is 3"))
    #expect(text("ratio-min=1").contains("ratio-min"))
  }
}
