internal import Glibc
internal import Tensors

/// Softmax cross-entropy of each row: [N, K], N labels of 0..<K → [N].
///
/// lossᵢ = ln Σⱼ exp(x_ij) − x_i,label, the sum in double precision with the row's maximum taken out;
/// ∂x_ij = gᵢ·(softmax(xᵢ)ⱼ − [j = label]).
public func softmaxCrossEntropy(_ logits: Variable, labels: [Int]) -> Variable {
  let shape = logits.shape
  precondition(
    shape.rank == 2 && labels.count == shape[0] && labels.allSatisfy { $0 >= 0 && $0 < shape[1] },
    "one label below K a row of [N, K] expected, got \(labels.count) labels for \(shape)")
  let size = shape[1]
  var losses: [Float] = []
  let softmax = Tensor(unsafeUninitialized: shape) { target in
    logits.value.withScalars { x in
      for row in 0..<shape[0] {
        let range = row * size..<(row + 1) * size
        let largest = Double(range.map { x[$0] }.max() ?? 0)
        var total = 0.0
        for i in range { total += exp(Double(x[i]) - largest) }
        losses.append(Float(log(total) + largest - Double(x[range.lowerBound + labels[row]])))
        for i in range { target[i] = Float(exp(Double(x[i]) - largest) / total) }
      }
    }
  }
  return Variable(Tensor(losses, [shape[0]]), from: [logits]) { g in
    var gradient = softmax
    gradient.withMutableScalars { for (row, label) in labels.enumerated() { $0[row * size + label] -= 1 } }
    return [gradient.scaledRows(g)]
  }
}
