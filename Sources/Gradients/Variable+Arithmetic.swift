internal import Tensors

// Element-wise arithmetic. Two variables have equal shapes: nothing is broadcast but a scalar.
extension Variable {
  /// a + b; ∂a = g, ∂b = g.
  public static func + (a: Variable, b: Variable) -> Variable {
    Variable(a.value + b.value, from: [a, b]) { g in [g, g] }
  }

  /// a − b; ∂a = g, ∂b = −g.
  public static func - (a: Variable, b: Variable) -> Variable {
    let wanted = b.takesGradient
    return Variable(a.value - b.value, from: [a, b]) { g in [g, wanted ? -g : nil] }
  }

  /// a · b, element by element; ∂a = g·b, ∂b = g·a.
  public static func * (a: Variable, b: Variable) -> Variable {
    let (x, y) = (a.value, b.value)
    let (first, second) = (a.takesGradient, b.takesGradient)
    return Variable(x * y, from: [a, b]) { g in [first ? g * y : nil, second ? g * x : nil] }
  }

  /// a / b, element by element; ∂a = g/b, ∂b = −g·a/b².
  public static func / (a: Variable, b: Variable) -> Variable {
    let y = b.value
    let quotient = a.value.zip(y, /)
    let (first, second) = (a.takesGradient, b.takesGradient)
    return Variable(quotient, from: [a, b]) { g in
      let scaled = g.zip(y, /)
      return [first ? scaled : nil, second ? scaled.zip(quotient) { -$0 * $1 } : nil]
    }
  }

  public static prefix func - (a: Variable) -> Variable {
    Variable(-a.value, from: [a]) { g in [-g] }
  }

  public static func + (a: Variable, s: Float) -> Variable {
    Variable(a.value.map { $0 + s }, from: [a]) { g in [g] }
  }

  public static func + (s: Float, a: Variable) -> Variable { a + s }

  public static func - (a: Variable, s: Float) -> Variable {
    Variable(a.value.map { $0 - s }, from: [a]) { g in [g] }
  }

  public static func - (s: Float, a: Variable) -> Variable {
    Variable(a.value.map { s - $0 }, from: [a]) { g in [-g] }
  }

  public static func * (a: Variable, s: Float) -> Variable {
    Variable(a.value * s, from: [a]) { g in [g * s] }
  }

  public static func * (s: Float, a: Variable) -> Variable { a * s }

  public static func / (a: Variable, s: Float) -> Variable {
    Variable(a.value.map { $0 / s }, from: [a]) { g in [g.map { $0 / s }] }
  }

  /// s / a; ∂a = −g·s/a².
  public static func / (s: Float, a: Variable) -> Variable {
    let x = a.value
    return Variable(x.map { s / $0 }, from: [a]) { g in [g.zip(x) { -$0 * s / ($1 * $1) }] }
  }
}
