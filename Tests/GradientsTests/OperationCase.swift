import Gradients
import Tensors
import Testing

/// One operation of the tape, beside its plain definition in double precision.
struct OperationCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// Of the inputs.
  let shapes: [Shape]
  /// What the inputs are drawn from.
  var range: ClosedRange<Float> = -1...1
  let operation: @Sendable ([Variable]) -> Variable
  /// Flattened inputs to flattened result.
  let definition: @Sendable ([[Double]]) -> [Double]

  var testDescription: String { name }

  static let cases: [OperationCase] = elementWise + reductions + rows + distances
}

/// Σ of a row's products, in double precision.
func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

func distance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
  zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
}

/// Row i of a flattened matrix with `size` columns.
func row(_ x: [Double], _ i: Int, _ size: Int) -> ArraySlice<Double> { x[i * size..<(i + 1) * size] }
