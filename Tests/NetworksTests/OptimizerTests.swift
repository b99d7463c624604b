import Networks
import Tensors
import TestWeights
import Testing

/// Five updates of each rule, as torch.optim makes them in double precision.
@Suite struct OptimizerTests {
  static let rules = ["sgd", "sgd-momentum", "sgd-nesterov", "adam", "adam-decay", "adamw"]

  static func make(_ name: String) -> any Optimizer {
    switch name {
    case "sgd": SGD(learningRate: 0.1)
    case "sgd-momentum": SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01)
    case "sgd-nesterov": SGD(learningRate: 0.1, momentum: 0.8, weightDecay: 0.02, nesterov: true)
    case "adam": Adam(learningRate: 0.01)
    case "adam-decay": Adam(learningRate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.05)
    default: AdamW(learningRate: 0.02, weightDecay: 0.1)
    }
  }

  static func parameters() throws -> Parameters {
    var graph = Graph()
    let x = graph.append(.flatten, .input, name: "flatten")
    graph.append(.linear(inputs: 3, outputs: 4, bias: false), x, name: "p")
    return try Parameters(graph, tensors: ["p.weight": Hashed.tensor("p", [4, 3]).map { 2 * $0 - 1 }])
  }

  static func gradient(_ step: Int) -> [String: Tensor] {
    ["p.weight": Hashed.tensor("g\(step)", [4, 3]).map { 2 * $0 - 1 }]
  }

  @Test(arguments: rules)
  func agreesWithPyTorch(name: String) throws {
    let golden = try #require(try Golden.load("optimizers", as: [[Double]].self)[name])
    var optimizer = Self.make(name)
    var parameters = try Self.parameters()
    for (step, expected) in golden.enumerated() {
      try optimizer.update(&parameters, gradients: Self.gradient(step))
      let error = relativeError(parameters["p.weight"].scalars, expected)
      #expect(error < 2e-6, "step \(step)")
    }
  }

  @Test(arguments: rules)
  func resumes(name: String) throws {
    var (optimizer, parameters) = (Self.make(name), try Self.parameters())
    for step in 0..<2 { try optimizer.update(&parameters, gradients: Self.gradient(step)) }
    var (other, copy) = (Self.make(name), parameters)
    try other.restore(optimizer.state)
    for step in 2..<4 {
      try optimizer.update(&parameters, gradients: Self.gradient(step))
      try other.update(&copy, gradients: Self.gradient(step))
    }
    #expect(copy["p.weight"] == parameters["p.weight"])
    #expect(other.state == optimizer.state)
  }

  @Test func refusesForeignStates() throws {
    var adam = Adam()
    #expect(throws: NetworkError.self) { try adam.restore([:]) }
    #expect(throws: NetworkError.self) { try adam.restore(["step": Tensor([.nan, 0], [2])]) }
    let count = Tensor([3, 0], [2])
    #expect(throws: NetworkError.self) {
      try adam.restore(["step": count, "momentum/p.weight": Tensor(zeros: [4, 3])])
    }
    try adam.restore(["step": count, "mean/p.weight": Tensor(zeros: [5])])
    var parameters = try Self.parameters()
    #expect(throws: NetworkError.self) { try adam.update(&parameters, gradients: Self.gradient(0)) }
  }

  @Test func schedules() {
    #expect(Schedule.constant(rate: 0.1).rate(at: 7) == 0.1)
    let steps = Schedule.multiStep(rate: 1, milestones: [2, 4], factor: 0.5)
    #expect((0..<6).map(steps.rate) == [1, 1, 0.5, 0.5, 0.25, 0.25])
    let cosine = Schedule.cosine(rate: 1, warmUp: 2, total: 6, final: 0.2)
    #expect(cosine.rate(at: 0) == 0.5)
    #expect(cosine.rate(at: 1) == 1)
    #expect(cosine.rate(at: 2) == 1)
    #expect(abs(cosine.rate(at: 4) - 0.6) < 1e-12)
    #expect(abs(cosine.rate(at: 6) - 0.2) < 1e-12)
    #expect(abs(cosine.rate(at: 99) - 0.2) < 1e-12)
  }

  @Test func schedulesAgreeWithPyTorch() throws {
    let golden = try Golden.load("schedules", as: [Double].self)
    let schedules: [String: Schedule] = [
      "constant": .constant(rate: 0.3), "multi-step": .multiStep(rate: 0.3, milestones: [3, 4, 9], factor: 0.2),
      "cosine": .cosine(rate: 0.3, warmUp: 5, total: 20, final: 0.01),
      "interpolated": .interpolated(rate: 0.01, total: 23), "interpolated-short": .interpolated(rate: 0.01, total: 2),
    ]
    #expect(Set(schedules.keys) == Set(golden.keys))
    for (name, schedule) in schedules {
      for (step, expected) in try #require(golden[name]).enumerated() {
        #expect(abs(schedule.rate(at: step) - expected) < 1e-15, "\(name), step \(step)")
      }
    }
  }

  @Test func knots() {
    let schedule = Schedule.piecewiseLinear(knots: [
      Schedule.Knot(step: 2, rate: 1), Schedule.Knot(step: 4, rate: 3), Schedule.Knot(step: 8, rate: 1),
    ])
    #expect((0..<11).map(schedule.rate) == [1, 1, 1, 2, 3, 2.5, 2, 1.5, 1, 1, 1])
    #expect(Schedule.piecewiseLinear(knots: [Schedule.Knot(step: 5, rate: 0.5)]).rate(at: 0) == 0.5)
  }
}
