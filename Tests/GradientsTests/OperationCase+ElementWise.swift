import Foundation
import Gradients

extension OperationCase {
  private static func unary(
    _ name: String, in range: ClosedRange<Float> = -1...1, _ operation: @escaping @Sendable (Variable) -> Variable,
    _ definition: @escaping @Sendable (Double) -> Double
  ) -> OperationCase {
    OperationCase(
      name: name, shapes: [[3, 5]], range: range, operation: { operation($0[0]) }, definition: { $0[0].map(definition) }
    )
  }

  private static func binary(
    _ name: String, in range: ClosedRange<Float> = -1...1,
    _ operation: @escaping @Sendable (Variable, Variable) -> Variable,
    _ definition: @escaping @Sendable (Double, Double) -> Double
  ) -> OperationCase {
    OperationCase(
      name: name, shapes: [[3, 5], [3, 5]], range: range, operation: { operation($0[0], $0[1]) },
      definition: { zip($0[0], $0[1]).map(definition) })
  }

  static let elementWise: [OperationCase] = [
    binary("a + b", { $0 + $1 }, { $0 + $1 }),
    binary("a − b", { $0 - $1 }, { $0 - $1 }),
    binary("a · b", { $0 * $1 }, { $0 * $1 }),
    binary("a / b", in: 0.5...2, { $0 / $1 }, { $0 / $1 }),
    unary("a · a", { $0 * $0 }, { $0 * $0 }),
    unary("−a", { -$0 }, { -$0 }),
    unary("a + 2", { $0 + 2 }, { $0 + 2 }),
    unary("2 + a", { 2 + $0 }, { 2 + $0 }),
    unary("a − 2", { $0 - 2 }, { $0 - 2 }),
    unary("2 − a", { 2 - $0 }, { 2 - $0 }),
    unary("a · 3", { $0 * 3 }, { $0 * 3 }),
    unary("3 · a", { 3 * $0 }, { 3 * $0 }),
    unary("a / 3", { $0 / 3 }, { $0 / 3 }),
    unary("3 / a", in: 0.5...2, { 3 / $0 }, { 3 / $0 }),
    unary("relu", { $0.relu() }, { max($0, 0) }),
    unary("squared", { $0.squared() }, { $0 * $0 }),
    unary("square root", in: 0.1...2, { $0.squareRoot() }, { $0.squareRoot() }),
    unary("exponential", { $0.exponential() }, { exp($0) }),
    unary("logarithm", in: 0.1...2, { $0.logarithm() }, { log($0) }),
  ]
}
