public import GauntletKit
internal import Ledger
public import Tensors

/// One attack on given images, by the same rules as in a run.
public struct AttackVerdicts: Encodable {
  /// The kept images: [n, C, H, W]; where several of a sample were perturbed, [n, k, C, H, W].
  public let images: Tensor
  private let attack: String
  private let version: String
  private let threat: String
  private let mode: String
  private let samples: [Sample]

  private struct Sample: Encodable {
    let sample: Int
    let targets: [Int]
    let before: [String: Double]
    let after: [String: Double]
    let norms: [String: Double]
    let forwards: Int
    let backwards: Int
    let stage: String
    let flags: [String]
  }

  private enum CodingKeys: CodingKey { case attack, version, threat, mode, samples }

  public init(_ attack: any Attack, on task: Task, seed: UInt64) throws {
    let result = try AttackRun(attack: attack, seed: seed).run(task)
    images = attack.threat.moved.stacked(result.images)
    self.attack = attack.card.id
    version = attack.card.version
    threat = attack.threat.description
    mode = attack.mode.rawValue
    samples = result.rows.map { row in
      Sample(
        sample: row.sample, targets: row.targets,
        before: Dictionary(row.measures.map { ($0.name, $0.before) }) { first, _ in first },
        after: Dictionary(row.measures.map { ($0.name, $0.after ?? $0.before) }) { first, _ in first },
        norms: row.norms.map { ["linf": $0.linf, "l2": $0.l2, "l1": $0.l1] } ?? [:], forwards: row.forwards,
        backwards: row.backwards, stage: row.stage, flags: row.flags)
    }
  }
}
