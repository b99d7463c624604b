internal import Glibc
internal import Tensors

// Element-wise functions; the derivative stands beside each.
extension Variable {
  /// max(0, x), the hinge. Derivative 1 where x > 0, else 0: the subgradient at the kink is 0.
  public func relu() -> Variable {
    let x = value
    return Variable(x.map { $0 > 0 ? $0 : 0 }, from: [self]) { g in [g.zip(x) { $1 > 0 ? $0 : 0 }] }
  }

  /// x²; derivative 2x.
  public func squared() -> Variable {
    let x = value
    return Variable(x * x, from: [self]) { g in [g.zip(x) { 2 * $0 * $1 }] }
  }

  /// √x for x ≥ 0; derivative 1/(2√x), and 0 at 0.
  public func squareRoot() -> Variable {
    let root = value.map { $0.squareRoot() }
    return Variable(root, from: [self]) { g in [g.zip(root) { $1 == 0 ? 0 : $0 / (2 * $1) }] }
  }

  /// eˣ; derivative eˣ.
  public func exponential() -> Variable {
    let power = value.map { exp($0) }
    return Variable(power, from: [self]) { g in [g * power] }
  }

  /// ln x for x > 0; derivative 1/x.
  public func logarithm() -> Variable {
    let x = value
    return Variable(x.map { log($0) }, from: [self]) { g in [g.zip(x, /)] }
  }
}
