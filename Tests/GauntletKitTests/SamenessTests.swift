import Foundation
import GauntletKit
import Testing

/// Scores of pairs (just-noticeable differences) and trios (odd one out).
struct SamenessTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      let same: [Float]
      let distances: [Float]
      let steps: Double
      let envelope: Double
    }
    let cases: [Case]
  }

  @Test func averagePrecisionIsThatOfScikitLearn() throws {
    let cases = try golden("sameness", as: Reference.self).cases
    #expect(cases.count == 5)
    for one in cases {
      let steps = SamenessPrecision.average(distances: one.distances, same: one.same)
      let envelope = SamenessPrecision.average(distances: one.distances, same: one.same, area: .envelope)
      #expect(abs(steps - one.steps) < 1e-7)
      #expect(abs(envelope - one.envelope) < 1e-7)
      #expect(envelope >= steps - 1e-12)
    }
  }

  @Test func theOrderOfPairsDoesNotMatter() throws {
    let one = try #require(try golden("sameness", as: Reference.self).cases.last)
    let reversed = SamenessPrecision.average(distances: one.distances.reversed(), same: one.same.reversed())
    #expect(abs(reversed - one.steps) < 1e-7)
    // One group is its own mean; equal groups have the score of each.
    let twice = SamenessPrecision.mean(
      distances: one.distances + one.distances, same: one.same + one.same,
      groups: one.same.map { _ in "a" } + one.same.map { _ in "b" })
    #expect(abs(twice - one.steps) < 1e-7)
    let mixed = SamenessPrecision.mean(distances: [1, 2, 2, 1], same: [1, 0, 1, 0], groups: ["a", "a", "b", "b"])
    #expect(mixed == (1 + 0.5) / 2)
  }

  @Test func nothingIsKnownOfWhatIsNotFinite() {
    #expect(SamenessPrecision.average(distances: [1, .nan], same: [1, 0]).isNaN)
    #expect(SamenessPrecision.average(distances: [1, 2], same: [0, 0]).isNaN)
    #expect(SamenessPrecision.average(distances: [], same: []).isNaN)
    #expect(SamenessPrecision.mean(distances: [], same: [], groups: []).isNaN)
    #expect(SamenessPrecision.average(distances: [1, 2, 3], same: [1, 1, 1]) == 1)
    #expect(SamenessPrecision.average(distances: [5, 5, 5, 5], same: [1, 0, 0, 0]) == 0.25)
  }

  @Test func theOddOneIsOutsideTheNearestPair() {
    #expect(oddOneOutCredit(pair: 1, firstToOdd: 2, secondToOdd: 3) == 1)
    #expect(oddOneOutCredit(pair: 2, firstToOdd: 1, secondToOdd: 3) == 0)
    #expect(oddOneOutCredit(pair: 2, firstToOdd: 3, secondToOdd: 1) == 0)
    #expect(oddOneOutCredit(pair: 1, firstToOdd: 1, secondToOdd: 3) == 0.5)
    #expect(oddOneOutCredit(pair: 1, firstToOdd: 1, secondToOdd: 1) == 1.0 / 3)
    #expect(oddOneOutCredit(pair: 1, firstToOdd: .nan, secondToOdd: 1).isNaN)
  }
}
