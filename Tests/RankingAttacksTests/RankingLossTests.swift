import Foundation
import GauntletKit
import Gradients
import Tensors
import Testing

/// Every ranking loss against its written definition in double precision, and its gradient against central differences.
@Suite struct RankingLossTests {
  /// d of two raw embeddings.
  typealias Distance = @Sendable ([Double], [Double]) -> Double

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let geometry: Geometry
    let objective: @Sendable (RetrievalTask) throws -> any Objective
    /// The loss at the embedding e of image 4, given the gallery's embeddings.
    let definition: @Sendable (_ e: [Double], _ gallery: [[Double]], _ d: Distance) -> Double
    var testDescription: String { "\(name) \(geometry.rawValue)" }
  }

  private static func hinge(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + max(0, $1) } / Double(values.count)
  }

  private static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  static let cases: [Case] = Geometry.allCases.flatMap { geometry in
    [
      Case(
        name: "CA+", geometry: geometry,
        objective: { CandidateRankObjective(task: $0, queries: [[9, 2]], direction: .up) },
        definition: { e, x, d in
          ([9, 2].map { q in hinge(x.map { d(x[q], e) - d(x[q], $0) }) } as [Double]).reduce(0, +) / 2
        }),
      Case(
        name: "CA−", geometry: geometry,
        objective: { CandidateRankObjective(task: $0, queries: [[1]], direction: .down) },
        definition: { e, x, d in hinge(x.map { d(x[1], $0) - d(x[1], e) }) }),
      Case(
        name: "QA+", geometry: geometry,
        objective: { QueryRankObjective(task: $0, candidates: [[9, 3, 9]], direction: .up) },
        definition: { e, x, d in
          ([9, 3, 9].map { c in hinge(x.map { d(e, x[c]) - d(e, $0) }) } as [Double]).reduce(0, +) / 3
        }),
      Case(
        name: "QA−", geometry: geometry,
        objective: { QueryRankObjective(task: $0, candidates: [[1]], direction: .down) },
        definition: { e, x, d in hinge(x.map { d(e, $0) - d(e, x[1]) }) }),
      Case(
        name: "TMA", geometry: geometry, objective: { TargetMismatchObjective(task: $0, targets: [9]) },
        definition: { e, x, _ in 1 - cosine(e, x[9]) }),
      Case(
        name: "ES", geometry: geometry, objective: { EmbeddingShiftObjective(task: $0) },
        definition: { e, x, d in -d(e, x[4]) }),
      Case(
        name: "LTM", geometry: geometry, objective: { MisrankObjective(task: $0) },
        definition: { e, x, d in
          let others = x.indices.filter { ToyWorld.labels[$0] != 1 }.map { d(e, x[$0]) }
          return max(0, (others.max() ?? 0) - ([3, 5].map { d(e, x[$0]) }.min() ?? 0))
        }),
      Case(
        name: "LTM, self kept", geometry: geometry, objective: { MisrankObjective(task: $0, mode: .faithful) },
        definition: { e, x, d in
          let others = x.indices.filter { ToyWorld.labels[$0] != 1 }.map { d(e, x[$0]) }
          return max(0, (others.max() ?? 0) - ([3, 4, 5].map { d(e, x[$0]) }.min() ?? 0))
        }),
      Case(
        name: "GTM", geometry: geometry,
        objective: { try GreedyMisrankObjective(task: $0, attack: "gtm") },
        definition: { e, x, d in
          let others = x.indices.filter { ToyWorld.labels[$0] != 1 }
          return d(e, x[others.min { d(x[4], x[$0]) < d(x[4], x[$1]) } ?? 0])
        }),
      Case(
        name: "GTT", geometry: geometry,
        objective: { try GreedyTranslocationObjective(task: $0, attack: "gtt") },
        definition: { e, x, d in
          let top = x.indices.filter { $0 != 4 }.min { d(x[4], x[$0]) < d(x[4], x[$1]) } ?? 0
          return hinge(x.map { d(e, $0) - d(e, x[top]) })
        }),
    ] + extended(geometry)
  }

  /// Those outside of the score, and the margins that rank-apgd descends.
  private static func extended(_ geometry: Geometry) -> [Case] {
    [
      Case(
        name: "SP-QA+", geometry: geometry,
        objective: {
          SemanticsPreservingObjective(
            task: $0, candidates: [[9, 2]], kept: [[1, 7, 10]], direction: .up, weight: .fixed(1))
        },
        definition: { e, x, d in
          let aim = [9, 2].map { c in hinge(x.map { d(e, x[c]) - d(e, $0) }) }.reduce(0, +) / 2
          return aim + [1, 7, 10].map { c in hinge(x.map { d(e, x[c]) - d(e, $0) }) }.reduce(0, +) / 3
        }),
      Case(
        name: "SP-QA−", geometry: geometry,
        objective: {
          SemanticsPreservingObjective(
            task: $0, candidates: [[1]], kept: [[7, 10]], direction: .down, weight: .fixed(20))
        },
        definition: { e, x, d in
          let stay = [7, 10].map { c in hinge(x.map { d(e, x[c]) - d(e, $0) }) }.reduce(0, +) / 2
          return hinge(x.map { d(e, $0) - d(e, x[1]) }) + 20 * stay
        }),
      Case(
        name: "order", geometry: geometry,
        objective: { OrderObjective(task: $0, wanted: [[9, 1, 7, 3]], kept: [[10, 0]], weight: 10) },
        definition: { e, x, d in
          let order = [9, 1, 7, 3]
          var loss = 0.0
          for i in order.indices {
            for j in i + 1..<order.count { loss += max(0, d(e, x[order[i]]) - d(e, x[order[j]])) / 16 }
          }
          return loss + 10 * [10, 0].map { c in hinge(x.map { d(e, x[c]) - d(e, $0) }) }.reduce(0, +) / 2
        }),
      Case(
        name: "order alone", geometry: geometry,
        objective: { OrderObjective(task: $0, wanted: [[9, 1]], kept: [[]], weight: 10) },
        definition: { e, x, d in max(0, d(e, x[9]) - d(e, x[1])) / 4 }),
      Case(
        name: "margin of recall@1", geometry: geometry,
        objective: { RankMarginObjective(task: $0, base: MisrankObjective(task: $0), margin: .recallAt1) },
        definition: { e, x, d in
          let others = x.indices.filter { ToyWorld.labels[$0] != 1 }.map { d(e, x[$0]) }
          return (others.min() ?? 0) - ([3, 5].map { d(e, x[$0]) }.min() ?? 0)
        }),
      Case(
        name: "margin of retained@4", geometry: geometry,
        objective: {
          RankMarginObjective(
            task: $0, base: try GreedyTranslocationObjective(task: $0, attack: "gtt"), margin: .retainedAt4)
        },
        definition: { e, x, d in
          let top = x.indices.filter { $0 != 4 }.min { d(x[4], x[$0]) < d(x[4], x[$1]) } ?? 0
          return x.indices.filter { $0 != 4 && $0 != top }.map { d(e, x[$0]) }.sorted()[3] - d(e, x[top])
        }),
    ]
  }

  private func embed(_ pixels: [Double]) -> [Double] {
    ToyMetric.weights.map { zip($0, pixels).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private func distance(_ geometry: Geometry) -> Distance {
    switch geometry {
    case .cosine: { 1 - Self.cosine($0, $1) }
    case .euclidean, .sphere:
      { a, b in
        func placed(_ x: [Double]) -> [Double] {
          let norm = geometry == .sphere ? x.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
          return x.map { $0 / norm }
        }
        return zip(placed(a), placed(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
    }
  }

  @Test(arguments: cases) func lossAndGradient(_ item: Case) throws {
    let task = try ToyWorld.task(metric: ToyMetric(geometry: item.geometry))
    let objective = try item.objective(task)
    let gallery = ToyWorld.pixels.map { embed($0) }
    let d = distance(item.geometry)
    // Away from the clean image, where distances to it have a gradient.
    let offsets = [0.06, -0.03, 0.05, 0.02, -0.04, 0.01]
    var pixels = zip(ToyWorld.images.row(4).scalars, offsets).map { Double($0 + Float($1)) }
    let leaf = Variable(leaf: Tensor(pixels.map { Float($0) }, [1, 1, 1, 6]))
    let loss = try objective.loss(at: leaf, samples: [0])
    let expected = item.definition(embed(pixels), gallery, d)
    #expect(abs(Double(loss.value[0]) - expected) < 1e-5, "\(loss.value[0]), expected \(expected)")
    let gradient = try loss.gradient(of: leaf)
    let largest = gradient.scalars.map { abs(Double($0)) }.max() ?? 0
    #expect(largest > 1e-3)
    for i in 0..<6 {
      let before = pixels[i]
      pixels[i] = before + 1e-6
      let forward = item.definition(embed(pixels), gallery, d)
      pixels[i] = before - 1e-6
      let difference = (forward - item.definition(embed(pixels), gallery, d)) / 2e-6
      pixels[i] = before
      #expect(abs(Double(gradient[i]) - difference) < 1e-4 * largest, "\(i): \(gradient[i]), differences \(difference)")
    }
  }

  /// ξ takes no part in the gradient.
  @Test(arguments: Geometry.allCases) func dynamicWeightsAreConstants(_ geometry: Geometry) throws {
    let task = try ToyWorld.task(metric: ToyMetric(geometry: geometry))
    let moved = task.images + Tensor([0.06, -0.03, 0.05, 0.02, -0.04, 0.01], task.images.shape)
    func objective(_ weight: SemanticsPreservingObjective.Weight) -> SemanticsPreservingObjective {
      SemanticsPreservingObjective(task: task, candidates: [[9]], kept: [[7, 10]], direction: .up, weight: weight)
    }
    func result(_ weight: SemanticsPreservingObjective.Weight) throws -> (loss: Tensor, gradient: Tensor) {
      let leaf = Variable(leaf: moved)
      let loss = try objective(weight).loss(at: leaf, samples: [0])
      return (loss.value, try loss.gradient(of: leaf))
    }
    let term = try result(.fixed(1)).loss[0] - result(.fixed(0)).loss[0]
    #expect(term > 1e-3)
    let kappa = 7.0
    let weight = exp(kappa * Double(term))
    let (dynamic, fixed) = (try result(.dynamic(kappa)), try result(.fixed(weight)))
    #expect(weight > 1.01 && abs(dynamic.loss[0] - fixed.loss[0]) < 1e-5)
    for (a, b) in zip(dynamic.gradient.scalars, fixed.gradient.scalars) { #expect(abs(a - b) < 1e-5 * abs(b) + 1e-7) }
  }

  @Test func theShiftHasADirectionWhereItStarts() throws {
    for geometry in Geometry.allCases {
      let task = try ToyWorld.task(metric: ToyMetric(geometry: geometry))
      let leaf = Variable(leaf: task.images)
      let loss = try EmbeddingShiftObjective(task: task).loss(at: leaf, samples: [0])
      #expect(abs(loss.value[0]) < 1e-6)
      #expect(try loss.gradient(of: leaf).scalars.contains { abs($0) > 1e-3 })
    }
  }
}
