import Gradients
import Tensors
import Testing

/// Every operation against its definition, and its gradient against central differences of the definition.
@Suite struct OperationTests {
  private func inputs(_ operation: OperationCase) -> [Tensor] {
    var random = RandomStream(seed: 11, ["operation", operation.name])
    return operation.shapes.map { Tensor(uniform: $0, in: operation.range, using: &random) }
  }

  @Test(arguments: OperationCase.cases) func value(_ operation: OperationCase) {
    let inputs = inputs(operation)
    let expected = operation.definition(inputs.map { $0.scalars.map(Double.init) })
    let result = operation.operation(inputs.map { Variable(constant: $0) }).value
    #expect(result.count == expected.count)
    for (got, wanted) in zip(result.scalars, expected) {
      #expect(abs(Double(got) - wanted) <= 2e-6 * max(1, abs(wanted)), "\(got), expected \(wanted)")
    }
    #expect(operation.operation(inputs.map { Variable(leaf: $0) }).value == result, "the tape changes bits")
  }

  @Test(arguments: OperationCase.cases) func gradient(_ operation: OperationCase) throws {
    let inputs = inputs(operation)
    let leaves = inputs.map { Variable(leaf: $0) }
    let result = operation.operation(leaves)
    var random = RandomStream(seed: 12, ["seed", operation.name])
    let seed = Tensor(uniform: result.shape, in: -1...1, using: &random)
    let gradients = try result.gradients(of: leaves, seed: seed)
    var point = inputs.map { $0.scalars.map(Double.init) }
    func weighted() -> Double { zip(operation.definition(point), seed.scalars).reduce(0) { $0 + $1.0 * Double($1.1) } }
    let step = 1e-6
    for (place, gradient) in gradients.enumerated() {
      let largest = gradient.scalars.map { abs(Double($0)) }.max() ?? 0
      #expect(largest > 0)
      for at in point[place].indices {
        let before = point[place][at]
        point[place][at] = before + step
        let forward = weighted()
        point[place][at] = before - step
        let difference = (forward - weighted()) / (2 * step)
        point[place][at] = before
        #expect(
          abs(Double(gradient[at]) - difference) <= 1e-5 * max(1, largest),
          "input \(place)[\(at)]: \(gradient[at]), by differences \(difference)")
      }
    }
  }

  @Test func constantsTakeNoGradient() throws {
    let a = Variable(leaf: Tensor([1, 2], [1, 2]))
    let b = Variable(constant: Tensor([3, 5], [1, 2]))
    #expect(!(b * b).takesGradient && (a * b).takesGradient)
    #expect(try (a * b).sum().gradient(of: a).scalars == [3, 5])
    #expect(try (a * b).sum().gradient(of: b).scalars == [0, 0])
    #expect(try (a.detached * a).sum().gradient(of: a).scalars == [1, 2])
  }

  @Test func subgradientsAtKinks() throws {
    func gradient(_ x: Float, _ operation: (Variable) -> Variable) throws -> Float {
      let leaf = Variable(leaf: Tensor([x], [1, 1]))
      return try operation(leaf).gradient(of: leaf)[0]
    }
    #expect(try gradient(0) { $0.relu() } == 0)
    #expect(try gradient(0) { $0.squareRoot() } == 0)
    #expect(try gradient(0) { $0.normalizedRows() } == 1e12)
    let tie = Variable(leaf: Tensor([2, 2, 1, 1], [1, 4]))
    #expect(try tie.rowMaxima().gradient(of: tie).scalars == [1, 0, 0, 0])
    #expect(try tie.rowMinima().gradient(of: tie).scalars == [0, 0, 1, 0])
    let none = tie.rowMaxima(where: [false, false, false, false])
    #expect(none.value[0] == -.infinity)
    #expect(try none.gradient(of: tie).scalars == [0, 0, 0, 0])
  }

  @Test func crossEntropyOfLargeLogits() throws {
    let leaf = Variable(leaf: Tensor([1000, 0, -1000, 0, 0, 0], [2, 3]))
    let loss = softmaxCrossEntropy(leaf, labels: [1, 2])
    #expect(loss.value[0] == 1000 && abs(loss.value[1] - 1.0986123) < 1e-6)
    #expect(try loss.gradient(of: leaf).isFinite)
  }
}
