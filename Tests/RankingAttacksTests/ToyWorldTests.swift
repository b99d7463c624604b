import Foundation
import GauntletKit
import Gradients
import Tensors
import Testing

/// The deterministic toy world: every value was computed once in double precision from the written definitions.
@Suite struct ToyWorldTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let perturbation: [Double]
    /// Loss before and after, where the table gives it.
    var loss: (Double, Double)?
    /// The first measure before and after.
    var measure: (Double, Double)?
    let objective: @Sendable (RetrievalTask) throws -> any Objective
  }

  static let rows: [Row] = [
    Row(
      testDescription: "CA+", perturbation: [1, 1, 1, 0.6, -1, -1], loss: (0.637818, 0.311394),
      measure: (75, 66.6667)
    ) { CandidateRankObjective(task: $0, queries: [[9]], direction: .up) },
    Row(
      testDescription: "CA−", perturbation: [-1, -1, -1, -1, 1, 1], loss: (0.241409, 0), measure: (8.3333, 100)
    ) { CandidateRankObjective(task: $0, queries: [[1]], direction: .down) },
    Row(
      testDescription: "QA+", perturbation: [1, 1, 1, 0.6, -1, -1], loss: (0.266225, 0.106031),
      measure: (91.6667, 75)
    ) { QueryRankObjective(task: $0, candidates: [[9]], direction: .up) },
    Row(
      testDescription: "QA−", perturbation: [-1, -1, -1, -1, 1, 1], loss: (0.410976, 0.293811),
      measure: (8.3333, 25)
    ) { QueryRankObjective(task: $0, candidates: [[1]], direction: .down) },
    Row(
      testDescription: "TMA", perturbation: [1, 1, 1, 0.6, -1, -1], loss: (1 - 0.487966, 1 - 0.841050),
      measure: (0.487966, 0.841050)
    ) { TargetMismatchObjective(task: $0, targets: [9]) },
    Row(testDescription: "ES", perturbation: [1, 1, 1, 0.6, -1, -1], loss: (0, -0.484591), measure: (0, 0.484591)) {
      EmbeddingShiftObjective(task: $0)
    },
    Row(
      testDescription: "LTM, self kept", perturbation: [0.6, 0.6, 0.6, 1, -0.6, -0.6], loss: (1.011962, 0.701819)
    ) { MisrankObjective(task: $0, mode: .faithful) },
    Row(
      testDescription: "LTM, self removed", perturbation: [-1, -1, -1, -1, 1, 1], loss: (0.078604, 0.055346)
    ) { MisrankObjective(task: $0) },
    Row(testDescription: "GTM", perturbation: [0.8, 0.8, 0.8, 0.8, -0.8, -0.8], loss: (0.365194, 0.053567)) {
      try GreedyMisrankObjective(task: $0, attack: "gtm")
    },
    Row(
      testDescription: "GTT", perturbation: [-1, -1, -1, -1, 1, 1], loss: (0.410976, 0.293811), measure: (100, 100)
    ) { try GreedyTranslocationObjective(task: $0, attack: "gtt") },
  ]

  @Test(arguments: rows) func attack(_ row: Row) throws {
    let objective = try row.objective(try ToyWorld.task())
    let (images, perturbation) = try ToyWorld.attacked(objective)
    for (got, wanted) in zip(perturbation, row.perturbation) {
      #expect(abs(got - wanted) < 1e-3, "perturbation \(perturbation), expected \(row.perturbation)")
    }
    func loss(_ images: Tensor) throws -> Double {
      Double(try objective.loss(at: Variable(constant: images), samples: [0]).value[0])
    }
    func measure(_ images: Tensor) throws -> Double { try objective.outcomes(at: images, samples: [0])[0].values[0] }
    let clean = ToyWorld.images.rows([4])
    if let expected = row.loss {
      #expect(abs(try loss(clean) - expected.0) < 1e-4)
      #expect(abs(try loss(images) - expected.1) < 1e-4)
    }
    if let expected = row.measure {
      #expect(abs(try measure(clean) - expected.0) < 1e-4)
      #expect(abs(try measure(images) - expected.1) < 1e-4)
    }
  }

  @Test func embeddingAndDistancesOfTheAttackedImage() throws {
    let gallery = try ToyWorld.gallery()
    for (got, wanted) in zip(gallery.embeddings.row(4).scalars, [-0.394910, -0.012185, 0.419036, -0.817500]) {
      #expect(abs(Double(got) - wanted) < 1e-5)
    }
    let wanted = [
      0.768343, 0.365194, 0.970202, 0.933358, 0, 0.946479, 0.991139, 0.435071, 0.915767, 1.011962, 0.736457, 0.874874,
    ]
    let distances = gallery.geometry.distances(gallery.embeddings.rows([4]), toAll: gallery.embeddings)
    for (got, wanted) in zip(distances.scalars, wanted) { #expect(abs(Double(got) - wanted) < 1e-5) }
    #expect(distances[4] == 0)
  }

  @Test func greedyTargets() throws {
    let task = try ToyWorld.task()
    #expect(try GreedyMisrankObjective(task: task, attack: "gtm").targets(of: 0) == [1])
    #expect(try GreedyTranslocationObjective(task: task, attack: "gtt").targets(of: 0) == [1])
    // The published indexing aims at the query itself, and so moves nothing.
    let faithful = try GreedyMisrankObjective(task: task, mode: .faithful, attack: "gtm")
    #expect(faithful.targets(of: 0) == [4])
    #expect(try ToyWorld.attacked(faithful).perturbation.allSatisfy { $0 == 0 })
  }

  @Test func benignMetrics() throws {
    let scores = RankingScores(gallery: try ToyWorld.gallery(), queries: Array(0..<12))
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    #expect(abs(mean(scores.recallAt1) - 0.166667) < 1e-6)
    #expect(abs(mean(scores.recallAt2) - 0.250000) < 1e-6)
    #expect(abs(mean(scores.averagePrecision) - 0.278647) < 1e-6)
    #expect(abs(mean(scores.averagePrecisionAtR) - 0.104167) < 1e-6)
    #expect(abs(mean(scores.averagePrecisionAt10) - 0.051184) < 1e-6)
  }

  /// Unit vectors in the plane at 0°, 20°, 50°, 90°, 140°, 180°.
  @Test func staticChecks() throws {
    let angles = [0.0, 20, 50, 90, 140, 180].map { $0 * .pi / 180 }
    let plane = PlaneMetric()
    let points = Tensor(angles.flatMap { [Float(cos($0)), Float(sin($0))] }, [6, 1, 1, 2])
    let gallery = Gallery(
      embeddings: try plane.placedEmbeddings(of: points), labels: [0, 0, 1, 1, 2, 2], geometry: .sphere)
    func check(_ index: Int, _ make: (RetrievalTask) -> any Objective, loss: Double, rank: Double) throws {
      let objective = make(
        RetrievalTask(metric: plane, gallery: gallery, ids: [index], images: points.rows([index]), seed: 0))
      let images = points.rows([index])
      let value = try objective.loss(at: Variable(constant: images), samples: [0]).value[0]
      #expect(abs(Double(value) - loss) < 1e-5)
      #expect(abs(try objective.outcomes(at: images, samples: [0])[0].values[0] - 100 * rank) < 1e-9)
    }
    let (ca, qa) = (4.0 / 6, 3.0 / 6)
    try check(4, { CandidateRankObjective(task: $0, queries: [[0]], direction: .up) }, loss: 0.818466, rank: ca)
    try check(4, { CandidateRankObjective(task: $0, queries: [[0]], direction: .down) }, loss: 0.020102, rank: ca)
    try check(0, { QueryRankObjective(task: $0, candidates: [[3]], direction: .up) }, loss: 0.508351, rank: qa)
    try check(0, { QueryRankObjective(task: $0, candidates: [[3]], direction: .down) }, loss: 0.175160, rank: qa)
  }
}

/// Pixels as the embedding.
struct PlaneMetric: EmbeddingMetric {
  let card = Card(id: "plane", version: "1", title: "Plane", definition: "x", reference: "none")
  let geometry = Geometry.sphere
  var input: ImageRequirement { .any(minimumSide: 1) }
  var dimension: Int { 2 }
  func embed(_ images: Variable) throws -> Variable { images.reshaped([images.shape[0], images.shape.rowCount]) }
}
