import Tensors
import Testing

// `Workers.count` belongs to the process: one suite, one test after another.
@Suite(.serialized) struct WorkersTests {
  struct Failure: Error, Equatable {
    let index: Int
  }

  private func withWorkers<R>(_ count: Int, _ body: () throws -> R) rethrows -> R {
    let before = Workers.count
    Workers.count = count
    defer { Workers.count = before }
    return try body()
  }

  private func squares(_ count: Int) -> [Int] {
    var result = [Int](repeating: -1, count: count)
    result.withUnsafeMutableBufferPointer { buffer in
      let target = Unchecked(buffer)
      Workers.forEach(count) { target.value[$0] = $0 * $0 }
    }
    return result
  }

  @Test(arguments: [1, 2, 3, 8]) func everyPieceOnce(_ workers: Int) {
    withWorkers(workers) {
      for count in [0, 1, 2, 1000] { #expect(squares(count) == (0..<count).map { $0 * $0 }) }
    }
  }

  @Test func nestedCallsEnd() {
    withWorkers(3) {
      var sums = [Int](repeating: 0, count: 20)
      sums.withUnsafeMutableBufferPointer { buffer in
        let target = Unchecked(buffer)
        Workers.forEach(20) { i in
          var inner = [Int](repeating: 0, count: 10)
          inner.withUnsafeMutableBufferPointer { buffer in
            let pieces = Unchecked(buffer)
            Workers.forEach(10) { pieces.value[$0] = i + $0 }
          }
          target.value[i] = inner.reduce(0, +)
        }
      }
      #expect(sums == (0..<20).map { 10 * $0 + 45 })
    }
  }

  @Test(arguments: [1, 4]) func theErrorOfTheLowestIndexIsThrown(_ workers: Int) {
    withWorkers(workers) {
      for _ in 0..<20 {
        #expect(throws: Failure(index: 3)) {
          try Workers.forEach(64) { if $0 % 8 == 3 { throw Failure(index: $0) } }
        }
      }
      // The pool goes on after an error.
      #expect(squares(10) == (0..<10).map { $0 * $0 })
    }
  }

  @Test func productsHaveTheSameBitsWithAnyNumberOfWorkers() {
    var random = RandomStream(seed: 3, ["workers"])
    let a = Tensor(normal: [131, 77], using: &random)
    let b = Tensor(normal: [203, 77], using: &random)
    let one = withWorkers(1) { a.matmul(transposed: b) }
    for workers in [2, 5] { #expect(withWorkers(workers) { a.matmul(transposed: b) } == one) }
  }
}
