/// McNemar's test: do two subjects answer the same yes-or-no questions equally often?
public enum McNemar {
  /// The exact two-sided p-value, min(1, 2·P(X ≤ min(b, c))), X ~ Binomial(b + c, ½).
  ///
  /// - Parameters:
  ///   - gained: b, questions that only the second subject answers.
  ///   - lost: c, questions that only the first one answers.
  /// - Returns: 1 where no answer differs.
  ///
  /// Source: McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 12 (1947).
  public static func exact(gained: Int, lost: Int) -> Double {
    precondition(gained >= 0 && lost >= 0, "\(gained) gained and \(lost) lost answers")
    let (n, k) = (gained + lost, min(gained, lost))
    guard n > 0 else { return 1 }
    // P(X ≤ k) = I_½(n − k, k + 1); at k = n/2 the two tails share their middle.
    return min(1, 2 * Beta.cumulative(0.5, a: Double(n - k), b: Double(k + 1)))
  }
}
