import Tensors
import Testing

/// Known answers of Random123's `kat_vectors`, philox4x32-10.
@Suite struct PhiloxTests {
  struct Vector: Sendable {
    let counter: [UInt32]
    let key: [UInt32]
    let words: [UInt32]
  }

  @Test(arguments: [
    Vector(counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    Vector(
      counter: [.max, .max, .max, .max], key: [.max, .max],
      words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    Vector(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: [0xa409_3822, 0x299f_31d0],
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]) func knownAnswers(_ vector: Vector) {
    func pair(_ low: UInt32, _ high: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
    let words = Philox(key: pair(vector.key[0], vector.key[1]))
      .words(pair(vector.counter[2], vector.counter[3]), pair(vector.counter[0], vector.counter[1]))
    #expect([words.0, words.1, words.2, words.3] == vector.words)
  }

  @Test func streamsAreNamedByPurposeAndIndex() {
    func first(_ seed: UInt64, _ purpose: [String], _ indices: [Int]) -> UInt64 {
      var stream = RandomStream(seed: seed, purpose, indices)
      return stream.next()
    }
    let value = first(7, ["pgd", "start"], [3, 0])
    #expect(value == first(7, ["pgd", "start"], [3, 0]))
    let others = [
      first(8, ["pgd", "start"], [3, 0]), first(7, ["pgdstart"], [3, 0]), first(7, ["pgd", "start"], [0, 3]),
      first(7, ["pgd", "start"], [3]), first(7, ["start", "pgd"], [3, 0]),
    ]
    #expect(!others.contains(value) && Set(others).count == others.count)
  }

  @Test func drawsAreInRangeAndEven() {
    var stream = RandomStream(seed: 1, ["test"])
    var counts = [Int](repeating: 0, count: 7)
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<70_000 {
      counts[stream.integer(below: 7)] += 1
      let uniform = stream.uniform()
      #expect(uniform >= 0 && uniform < 1)
      let normal = Double(stream.normal())
      sum += normal
      squares += normal * normal
    }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    #expect(abs(sum / 70_000) < 0.02)
    #expect(abs(squares / 70_000 - 1) < 0.03)
    var order = Array(0..<100)
    stream.shuffle(&order)
    #expect(order != Array(0..<100) && order.sorted() == Array(0..<100))
  }
}
