import Foundation
import GauntletKit
import Harness
import Tensors

extension Work {
  /// The protocol of the Empirical Robustness Score, an attack a part: ℓ∞ 8/255, 32 steps of 3/255, by the plugins' own
  /// code and the harness's rules. `ERS_QUERIES` says how many queries (112 unless it is set), `ERS_STEPS` how many steps.
  static let protocols = [
    Work(
      name: "ers-64", peers: layouts, parts: ERSProtocol.attacks.count,
      // Signs of gradients near zero differ, so that single queries go other ways: means over the queries stay.
      tolerances: ["rank": 2, "cosine": 0.02, "shift": 0.02, "recall@1": 3, "retained@4": 3],
      performance: { folder in
        let world = try ERSWorld(folder: folder)
        let running = try ERSProtocol(world)
        return Performance(once: running.next, results: { running.results }, isWarm: true)
      })
  ]
}

/// The attacks in turn, one each time.
private final class ERSProtocol {
  /// Nine runs give the ten components: `es` gives two.
  static let attacks = ["ca-plus", "ca-minus", "qa-plus", "qa-minus", "tma", "es", "ltm", "gtm", "gtt"]
  private static let batch = 112

  private let world: ERSWorld
  private var done = 0
  private(set) var results: [String: Double] = [:]

  init(_ world: ERSWorld) throws {
    self.world = world
    // Warms up: two steps of the first batch.
    _ = try run(Self.attacks[0], steps: 2, world.queries.prefix(Self.batch).map { $0 })
  }

  func next() throws {
    let attack = Self.attacks[done % Self.attacks.count]
    done += 1
    var samples: [Verdicts.Sample] = []
    for start in stride(from: 0, to: world.queries.count, by: Self.batch) {
      samples += try run(
        attack, steps: world.steps, Array(world.queries[start..<min(start + Self.batch, world.queries.count)])
      ).samples
    }
    for measure in samples.first?.after.keys.sorted() ?? [] {
      func mean(_ values: (Verdicts.Sample) -> [String: Double]) -> Double {
        samples.reduce(0) { $0 + (values($1)[measure] ?? .nan) } / Double(samples.count)
      }
      results["\(attack) \(measure) before"] = mean(\.before)
      results["\(attack) \(measure) after"] = mean(\.after)
    }
  }

  private func run(_ id: String, steps: Int, _ ids: [Int]) throws -> Verdicts {
    let verdicts = try AttackVerdicts(
      try world.attack(id, steps: steps), on: .retrieval(try world.task(ids)), seed: ERSWorld.seed)
    return try JSONDecoder().decode(Verdicts.self, from: JSONEncoder().encode(verdicts))
  }

  private struct Verdicts: Decodable {
    struct Sample: Decodable {
      let before: [String: Double]
      let after: [String: Double]
    }
    let samples: [Sample]
  }
}
