import Foundation
import GauntletKit
import Gradients
import Harness
import Tensors
import Testing

/// The harness's rules, against attacks that do not play by them.
struct AttackRunTests {
  /// Distance of the mean gray values: a metric whose worst reference is known.
  private struct MeanMetric: Metric {
    let card = Card(id: "mean", version: "1", title: "", definition: "", reference: "")
    let input = ImageRequirement.any(minimumSide: 1)

    func features(of images: Tensor) throws -> Features {
      Features(images.rowSums().map { $0 / Float(images.shape.rowCount) })
    }

    func distances(from images: Variable, to fixed: Features) throws -> Variable {
      let means = try features(of: images.value).values
      let values = means.zip(fixed.values) { abs($0 - $1) }
      let size = images.shape.rowCount
      return Variable(values, from: [images]) { gradient in
        [
          Tensor(unsafeUninitialized: images.shape) { target in
            for i in 0..<means.count {
              let sign: Float = means[i] > fixed.values[i] ? 1 : -1
              for j in 0..<size { target[i * size + j] = gradient[i] * sign / Float(size) }
            }
          }
        ]
      }
    }
  }

  private struct FixedSearch: Search {
    let offset: Float
    func run(
      _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
    ) throws -> Tensor {
      _ = try objective.loss(at: Variable(leaf: images), samples: samples)
      return images.map { $0 + offset }
    }
  }

  private struct FixedAttack: Attack {
    let card = Card(id: "fixed", version: "1", title: "", definition: "", reference: "")
    let threat: ThreatModel
    let mode: AttackMode
    let offsets: [Float]
    let tasks: Set<TaskKind> = [.twoAlternative]
    let expectedCost = Cost(forwards: 1, backwards: 0)
    func measures(for task: TaskKind) -> [Measure] { TwoAlternativeObjective.measures }
    func stages(for task: Task) throws -> [Stage] {
      guard case .twoAlternative(let task) = task else { return [] }
      return offsets.map {
        Stage("offset \($0)", objective: TwoAlternativeObjective(task: task), search: FixedSearch(offset: $0))
      }
    }
  }

  /// References of gray 0.5; the first candidate is darker (0.4), the second brighter and farther (0.7).
  private func task() throws -> Task {
    func gray(_ value: Float) -> Tensor { Tensor(repeating: value, [1, 1, 2, 2]) }
    return .twoAlternative(
      try TwoAlternativeTask(
        metric: MeanMetric(), ids: [7],
        triplets: Triplets(references: gray(0.5), first: gray(0.4), second: gray(0.7), votes: [0])))
  }

  private func verdict(_ mode: AttackMode, _ offsets: [Float], epsilon: Double) throws -> [String: Any] {
    let attack = FixedAttack(
      threat: ThreatModel(norm: .linf, epsilon: epsilon), mode: mode, offsets: offsets)
    let verdicts = try AttackVerdicts(attack, on: task(), seed: 0)
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(verdicts)) as? [String: Any]
    let samples = try #require(json?["samples"] as? [[String: Any]])
    return try #require(samples.first)
  }

  private func number(_ verdict: [String: Any], _ group: String, _ name: String) -> Double? {
    (verdict[group] as? [String: Any])?[name] as? Double
  }

  @Test func aProposalOutsideIsProjectedAndFlagged() throws {
    let verdict = try verdict(.corrected, [0.3], epsilon: 0.02)
    #expect(try #require(number(verdict, "norms", "linf")) <= 0.02)
    #expect((verdict["flags"] as? [String])?.contains("outside-threat") == true)
    // |0.52 − 0.7| − |0.52 − 0.4| = 0.06
    #expect(abs(try #require(number(verdict, "after", "margin")) - 0.06) < 1e-6)
    #expect(number(verdict, "after", "correct") == 100)
  }

  @Test func theWorstOfAllStagesCounts() throws {
    let verdict = try verdict(.corrected, [0.04, 0.08, -0.05], epsilon: 0.1)
    #expect(verdict["stage"] as? String == "offset 0.08")
    #expect(number(verdict, "after", "correct") == 0)
    #expect(verdict["forwards"] as? Int == 3)
    #expect(verdict["backwards"] as? Int == 0)
  }

  @Test func anAttackThatBackfiresLeavesTheCleanImage() throws {
    let verdict = try verdict(.corrected, [-0.05], epsilon: 0.1)
    #expect(number(verdict, "after", "margin") == number(verdict, "before", "margin"))
    #expect((verdict["flags"] as? [String])?.contains("clean-is-worst:margin") == true)
  }

  @Test func faithfulKeepsTheLastProposal() throws {
    let verdict = try verdict(.faithful, [0.08, -0.05], epsilon: 0.1)
    #expect(verdict["stage"] as? String == "offset -0.05")
    #expect(number(verdict, "after", "correct") == 100)
  }
}
