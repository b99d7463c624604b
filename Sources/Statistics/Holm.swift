/// Several tests at once.
public enum Holm {
  /// p-values adjusted by Holm's step-down method: rejecting where they are at most α keeps the chance of any false
  /// rejection at most α, however the tests depend on each other. NaN, a test that could not be made, stays NaN and does
  /// not count.
  ///
  /// Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
  public static func adjusted(_ values: [Double]) -> [Double] {
    let order = values.indices.filter { !values[$0].isNaN }.sorted { (values[$0], $0) < (values[$1], $1) }
    var adjusted = values
    var last = 0.0
    for (place, index) in order.enumerated() {
      last = max(last, min(1, Double(order.count - place) * values[index]))
      adjusted[index] = last
    }
    return adjusted
  }
}
