import Statistics
import Testing

@Suite struct NormalTests {
  @Test func quantileIsSciPys() throws {
    for pair in try Golden.load().normal {
      let quantile = Normal.quantile(pair[0])
      #expect(agree(quantile, pair[1], 1e-14), "Φ⁻¹(\(pair[0])) is \(quantile), SciPy says \(pair[1])")
    }
  }

  @Test func quantileInvertsCumulative() {
    for x in stride(from: -8.0, through: 5, by: 0.37) {
      #expect(abs(Normal.quantile(Normal.cumulative(x)) - x) < 1e-9, "at \(x)")
    }
  }

  @Test func endsAndBeyond() {
    #expect(Normal.quantile(0) == -.infinity)
    #expect(Normal.quantile(1) == .infinity)
    #expect(Normal.quantile(-0.1).isNaN)
    #expect(Normal.quantile(.nan).isNaN)
  }
}
