import GauntletKit
import Gradients
import Tensors
import Testing

@Suite struct DecisionLossTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      let loss: String
      let scores: [[Float]]
      let labels: [Int]
      let targets: [Int]?
      let values: [Double]
      let slopes: [[Double]]
    }
    let cases: [Case]
  }

  @Test func valuesAndSlopesAreThePapers() throws {
    let cases: [Golden.Case] = try golden("decision_losses", as: Golden.self).cases
    #expect(Set(cases.map(\.loss)) == Set(DecisionLoss.allCases.map(\.rawValue)).subtracting(["shift"]))
    for one in cases {
      let loss = try #require(DecisionLoss(rawValue: one.loss))
      let leaf = Variable(leaf: Tensor(one.scores))
      let values = loss.values(of: leaf, labels: one.labels, targets: one.targets)
      let slopes = try values.gradient(of: leaf).scalars
      for (got, wanted) in zip(values.value.scalars, one.values) {
        #expect(abs(Double(got) - wanted) < 1e-6 * max(1, abs(wanted)), "\(one.loss)")
      }
      for (got, wanted) in zip(slopes, one.slopes.flatMap { $0 }) {
        #expect(abs(Double(got) - wanted) < 1e-6 * max(1, abs(wanted)), "\(one.loss)")
      }
    }
  }

  /// Far from the boundary a softmax in single precision has no slope left; this one has.
  @Test func crossEntropyDoesNotSaturateEarly() throws {
    let leaf = Variable(leaf: Tensor([[0, -60]]))
    let slopes = try DecisionLoss.crossEntropy.values(of: leaf, labels: [0]).gradient(of: leaf).scalars
    #expect(slopes[1] < 0 && slopes[1] > -1e-20)
  }

  private func objective(_ classes: Int) -> ClassifierObjective {
    ClassifierObjective(labels: [0, 1], classCount: classes) { images in
      images.reshaped([images.shape[0], classes])
    }
  }

  @Test func lossesAskForEnoughClasses() throws {
    for (loss, fewest) in [(DecisionLoss.dlr, 3), (.targetedDLR, 4), (.margin, 2), (.crossEntropy, 2)] {
      #expect(loss.minimumClasses == fewest)
      #expect(throws: Never.self) { try LossOf(objective(fewest), loss) }
      guard fewest > 2 else { continue }
      let error = #expect(throws: PluginError.self) { try LossOf(objective(fewest - 1), loss, for: "apgd") }
      #expect(
        "\(try #require(error))".hasPrefix("apgd: the loss \(loss.rawValue) compares \(fewest) classes, and there are"))
    }
    #expect(throws: PluginError.self) { try LossOf(objective(3), .relativeMargin) }
    for version in AutoAttack.Version.allCases {
      #expect(throws: PluginError.self) { try AutoAttack.cascade(version, norm: .linf, classCount: 2) }
      #expect(throws: Never.self) { try AutoAttack.cascade(version, norm: .linf, classCount: 4) }
    }
    #expect(throws: PluginError.self) { try AutoAttack.cascade(.standard, norm: .linf, classCount: 3) }
    #expect(throws: Never.self) { try AutoAttack.cascade(.rand, norm: .linf, classCount: 3) }
  }

  /// A tie and what is not a number count as broken.
  @Test func brokenIsAMarginOfAtMostZero() throws {
    let objective = objective(3)
    let scores = Tensor([[1, 0, 0], [1, 1, 0], [.nan, 0, 0], [.infinity, 0, 0], [0, 1, 0.5]])
    #expect(objective.isBroken(scores, samples: [0, 0, 0, 0, 1]) == [false, true, true, true, false])
    let images = scores.reshaped([5, 3, 1, 1])
    #expect(try objective.isBroken(at: images, samples: [0, 0, 0, 0, 1]) == [false, true, true, true, false])
    let outcomes = try objective.outcomes(at: images.rows([0, 1]), samples: [0, 0])
    #expect(outcomes.map(\.values) == [[100, 1], [0, 0]])
  }

  /// An adapter's loss is another, and the decision the same.
  @Test func adaptersKeepTheDecision() throws {
    let base = objective(3)
    let images = Tensor([[3, 1, 0], [0, 2, 1]]).reshaped([2, 3, 1, 1])
    let dlr = try LossOf(base, .dlr)
    let loss = try dlr.loss(at: Variable(constant: images), samples: [0, 1]).value.scalars
    #expect(abs(loss[0] - 2.0 / 3) < 1e-6 && abs(loss[1] - 0.5) < 1e-6)
    #expect(try dlr.outcomes(at: images, samples: [0, 1]) == base.outcomes(at: images, samples: [0, 1]))
    #expect(dlr.classCount == 3 && dlr.label(of: 1) == 1 && dlr.measures == base.measures && !dlr.isRandom)
    #expect(throws: PluginError.self) {
      try ShiftOf(base).loss(at: Variable(constant: images), samples: [0, 1])
    }
  }
}
