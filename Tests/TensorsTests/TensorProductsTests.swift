import Tensors
import Testing

@Suite struct TensorProductsTests {
  /// Σ over k of a(i, k)·b(k, j), in double precision.
  private func reference(_ m: Int, _ n: Int, _ k: Int, _ a: (Int, Int) -> Float, _ b: (Int, Int) -> Float) -> [Double] {
    (0..<m * n).map { at in (0..<k).reduce(0.0) { $0 + Double(a(at / n, $1)) * Double(b($1, at % n)) } }
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 7), (17, 9, 33), (40, 70, 130)]) func productsAreRight(
    _ m: Int, _ n: Int, _ k: Int
  ) {
    var random = RandomStream(seed: 5, ["products"], [m, n, k])
    let a = Tensor(normal: [m, k], using: &random)
    let b = Tensor(normal: [k, n], using: &random)
    func transposed(_ x: Tensor) -> Tensor {
      Tensor((0..<x.count).map { x[$0 % x.shape[0] * x.shape[1] + $0 / x.shape[0]] }, [x.shape[1], x.shape[0]])
    }
    let expected = reference(m, n, k, { a[$0 * k + $1] }, { b[$0 * n + $1] })
    for product in [a.matmul(b), a.matmul(transposed: transposed(b)), transposed(a).transposedMatmul(b)] {
      #expect(product.shape == [m, n])
      for (got, wanted) in zip(product.scalars, expected) { #expect(abs(Double(got) - wanted) < 2e-5) }
    }
  }

  @Test func aRowHasTheSameBitsInEveryBatch() {
    var random = RandomStream(seed: 6, ["rows"])
    let a = Tensor(normal: [37, 45], using: &random)
    let b = Tensor(normal: [51, 45], using: &random)
    let c = Tensor(normal: [45, 83], using: &random)
    let (nt, nn) = (a.matmul(transposed: b), a.matmul(c))
    for count in [1, 2, 5, 36] {
      #expect(a.rows(0..<count).matmul(transposed: b) == nt.rows(0..<count))
      #expect(a.rows(37 - count..<37).matmul(transposed: b) == nt.rows(37 - count..<37))
      #expect(a.rows(37 - count..<37).matmul(c) == nn.rows(37 - count..<37))
    }
    #expect(a.matmul(transposed: b.rows(7..<8)).scalars == (0..<37).map { nt[$0 * 51 + 7] })
  }

  @Test func sumsNormsAndNormalisedRows() {
    let x = Tensor([[3, 4], [0, 0], [1e-20, 0], [1e-8, 0]])
    #expect(x.rowSums().scalars == [7, 0, 1e-20, 1e-8])
    #expect(x.rowNorms().scalars == [5, 0, 1e-20, 1e-8])
    let y = x.normalizedRows()
    #expect(zip(y.scalars, [0.6, 0.8, 0, 0, 1e-8, 0, 1, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func valuesAreCopiedOnWrite() {
    let a = Tensor([1, 2, 3, 4], [2, 2])
    var b = a
    b[0] = 9
    b.setRows([1], to: Tensor([7, 8], [1, 2]))
    #expect(a.scalars == [1, 2, 3, 4] && b.scalars == [9, 2, 7, 8])
    #expect(a.rows([1, 1, 0]).scalars == [3, 4, 3, 4, 1, 2])
    #expect(Tensor(concatenating: [a, b]).shape == [4, 2])
    #expect(a.map { $0 / 0 - $0 / 0 } != a.map { $0 / 0 - $0 / 0 }, "NaN differs from itself")
  }
}
