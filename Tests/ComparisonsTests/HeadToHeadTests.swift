import Comparisons
import Results
import Testing

struct HeadToHeadTests {
  @Test func rowsAreThoseOfTheComparisonOfTheTwo() throws {
    let samples = RunsFixture(samples: 80).run(["a": 70, "b": 40, "c": 45]).samples
    let all = HeadToHead.all(in: samples, replicates: 300)
    let one = try #require(all.first)
    #expect(all.count == 1 && one.subjects == ["a", "b", "c"] && one.pairs.count == 3 && one.scores.count == 3)
    for pair in one.pairs {
      let (first, second) = (one.subjects[pair.first], one.subjects[pair.second])
      let comparison = try Comparison(
        .init(name: "x", samples: samples, subject: first), .init(name: "y", samples: samples, subject: second),
        replicates: 300)
      #expect(pair.rows.count == comparison.rows.count)
      for (row, expected) in zip(pair.rows, comparison.rows) {
        #expect(row.comparison.firstSubject == first && row.comparison.secondSubject == second)
        #expect(one.scores[row.score].name == expected.score.name)
        #expect(row.comparison.difference == expected.difference)
        #expect(row.comparison.pValue == expected.pValue && row.comparison.test == expected.test)
        #expect(row.comparison.adjustedPValue == expected.adjustedPValue)
        #expect(row.comparison.changes == expected.changes)
      }
    }
  }

  @Test func subjectsThatWereAskedOtherSamplesAreNotPaired() throws {
    var samples = RunsFixture(samples: 50).run(["a": 70, "b": 40, "c": 45]).samples
    samples.tables[1].fingerprint = "other"
    let one = try #require(HeadToHead.all(in: samples, replicates: 100).first)
    #expect(one.subjects == ["a", "c"] && one.pairs.count == 1)
    samples.tables[2].fingerprint = "third"
    #expect(HeadToHead.all(in: samples, replicates: 100).isEmpty)
  }

  @Test func scoresOfOneSubjectAloneAreLeftOut() throws {
    var samples = RunsFixture(samples: 50).run(["a": 70, "b": 40]).samples
    samples.tables[0].scores.removeLast()
    let one = try #require(HeadToHead.all(in: samples, replicates: 100).first)
    #expect(one.scores.count == 2 && one.pairs[0].rows.count == 2)
  }
}
