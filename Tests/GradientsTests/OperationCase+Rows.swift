import Foundation
import Gradients

extension OperationCase {
  /// A 3 × 5 matrix, row by row.
  private static func byRow(
    _ name: String, _ operation: @escaping @Sendable (Variable) -> Variable,
    _ definition: @escaping @Sendable (Int, ArraySlice<Double>) -> [Double]
  ) -> OperationCase {
    OperationCase(
      name: name, shapes: [[3, 5]], operation: { operation($0[0]) },
      definition: { inputs in (0..<3).flatMap { definition($0, row(inputs[0], $0, 5)) } })
  }

  static let reductions: [OperationCase] = [
    OperationCase(name: "sum", shapes: [[3, 5]], operation: { $0[0].sum() }, definition: { [$0[0].reduce(0, +)] }),
    OperationCase(
      name: "mean", shapes: [[3, 5]], operation: { $0[0].mean() }, definition: { [$0[0].reduce(0, +) / 15] }),
    byRow("row sums", { $0.rowSums() }, { [$1.reduce(0, +)] }),
    byRow("row means", { $0.rowMeans() }, { [$1.reduce(0, +) / 5] }),
    byRow("row maxima", { $0.rowMaxima() }, { [$1.max() ?? 0] }),
    byRow("row minima", { $0.rowMinima() }, { [$1.min() ?? 0] }),
    byRow("masked maxima", { $0.rowMaxima(where: mask) }, { i, x in [allowed(i, x).max() ?? 0] }),
    byRow("masked minima", { $0.rowMinima(where: mask) }, { i, x in [allowed(i, x).min() ?? 0] }),
    byRow("normalised rows", { $0.normalizedRows() }, { _, x in x.map { $0 / dot(x, x).squareRoot() } }),
    byRow("cross-entropy", { softmaxCrossEntropy($0, labels: [4, 0, 2]) }) { i, x in
      [log(x.reduce(0) { $0 + exp($1) }) - x[x.startIndex + [4, 0, 2][i]]]
    },
  ]

  private static let mask = (0..<15).map { $0 % 3 != 1 }
  private static func allowed(_ i: Int, _ x: ArraySlice<Double>) -> [Double] {
    x.enumerated().filter { mask[i * 5 + $0.offset] }.map(\.element)
  }

  static let rows: [OperationCase] = [
    byRow("reshaped", { $0.reshaped([5, 3]) }, { Array($1) }),
    byRow("elements", { $0.elements(atColumns: [1, 4, 0]) }, { [$1[$1.startIndex + [1, 4, 0][$0]]] }),
    OperationCase(
      name: "rows by index, repeated", shapes: [[3, 5]], operation: { $0[0].rows([2, 0, 2]) },
      definition: { inputs in [2, 0, 2].flatMap { row(inputs[0], $0, 5) } }),
    OperationCase(
      name: "rows of a range", shapes: [[3, 5]], operation: { $0[0].rows(1..<3) }, definition: { Array($0[0][5...]) }),
    OperationCase(
      name: "concatenation", shapes: [[2, 3], [1, 3]], operation: { Variable(concatenating: [$0[0], $0[1], $0[0]]) },
      definition: { $0[0] + $0[1] + $0[0] }),
    OperationCase(
      name: "adding a row", shapes: [[3, 5], [5]], operation: { $0[0].adding(row: $0[1]) },
      definition: { inputs in inputs[0].indices.map { inputs[0][$0] + inputs[1][$0 % 5] } }),
  ]

  /// 33 columns: two vectors of 16 and a tail.
  static let distances: [OperationCase] = [
    OperationCase(
      name: "paired distances", shapes: [[3, 33], [3, 33]], operation: { pairedDistances($0[0], $0[1]) },
      definition: { x in (0..<3).map { distance(row(x[0], $0, 33), row(x[1], $0, 33)) } }),
    OperationCase(
      name: "paired products", shapes: [[3, 33], [3, 33]], operation: { pairedProducts($0[0], $0[1]) },
      definition: { x in (0..<3).map { dot(row(x[0], $0, 33), row(x[1], $0, 33)) } }),
    OperationCase(
      name: "distance matrix", shapes: [[3, 33], [7, 33]], operation: { distanceMatrix($0[0], $0[1]) },
      definition: { x in (0..<21).map { distance(row(x[0], $0 / 7, 33), row(x[1], $0 % 7, 33)) } }),
    OperationCase(
      name: "distance matrix of 70 columns", shapes: [[5, 70], [6, 70]], operation: { distanceMatrix($0[0], $0[1]) },
      definition: { x in (0..<30).map { distance(row(x[0], $0 / 6, 70), row(x[1], $0 % 6, 70)) } }),
    OperationCase(
      name: "product matrix", shapes: [[3, 33], [7, 33]], operation: { productMatrix($0[0], $0[1]) },
      definition: { x in (0..<21).map { dot(row(x[0], $0 / 7, 33), row(x[1], $0 % 7, 33)) } }),
    OperationCase(
      name: "matrix product", shapes: [[3, 4], [4, 6]], operation: { matrixProduct($0[0], $0[1]) },
      definition: { x in
        (0..<18).map { at -> Double in
          let column = (0..<4).map { x[1][$0 * 6 + at % 6] }
          return dot(row(x[0], at / 6, 4), column[...])
        }
      }),
  ]
}
