import Foundation
import GauntletKit
import Tensors
import Testing

@Suite struct ScoresTests {
  struct Golden: Decodable {
    struct NMI: Decodable {
      let a: [Int]
      let b: [Int]
      let nmi: Double
    }
    struct Ranking: Decodable {
      let points: [Float]
      let labels: [Int]
      let averagePrecision: [Double]
    }
    let nmi: [NMI]
    let ranking: Ranking
  }

  /// In the order of `ERSComponent.allCases`.
  struct Row: Sendable {
    let name: String
    let raw: [Double]
    let score: Double
  }

  private func components(_ values: [Double]) -> [ERSComponent: Double] {
    Dictionary(uniqueKeysWithValues: zip(ERSComponent.allCases, values))
  }

  /// Published rows, the mean recomputed from their components.
  @Test(arguments: [
    Row(name: "CUB HM", raw: [15.5, 37.7, 16.6, 30.9, 0.75, 0.5, 17.9, 16.7, 27.3, 2.9], score: 36.04),
    Row(name: "CUB COLO-TRIDE", raw: [16.4, 32.5, 21.3, 20.9, 0.97, 0.14, 20.2, 21.4, 22.9, 5.2], score: 38.77),
    Row(name: "CUB ACT", raw: [15.5, 37.7, 15.1, 32.2, 0.47, 0.82, 11.1, 9.4, 14.9, 1.0], score: 33.97),
    Row(name: "CARS COLO-TRIDE", raw: [17.5, 22, 23.5, 13.9, 0.95, 0.15, 39.9, 40.5, 37.8, 13.6], score: 47.54),
    Row(name: "SOP HM", raw: [32, 4.2, 33.7, 3, 0.61, 0.2, 39.1, 39.8, 37.9, 45.6], score: 61.56),
    Row(name: "SOP COLO-TRIDE", raw: [33.4, 3.8, 36.9, 2.4, 0.84, 0.12, 43.7, 45, 39.6, 53.3], score: 62.6),
    Row(name: "Fashion ACT", raw: [33.6, 14.6, 38.5, 12.1, 0.259, 0.541, 48.5, 59.5, 60.2, 0.1], score: 63.285),
  ]) func publishedERS(_ row: Row) throws {
    let score = try #require(EmpiricalRobustnessScore.score(components(row.raw)))
    #expect(abs(score - row.score) < 0.006, "\(row.name): \(score)")
  }

  @Test func anIncompleteERSIsNone() {
    var raw = components([Double](repeating: 1, count: 10))
    raw[.gtt] = nil
    #expect(EmpiricalRobustnessScore.score(raw) == nil)
  }

  /// After the attack: CA+, CA−, QA+, QA−, ES:R, LTM, GTM, GTT; recall@1 before; the printed or recomputed cells.
  struct ARSRow: Sendable {
    let name: String
    let after: [Double]
    let recall: Double
    let cells: [Double]
    let mean: Double
  }

  @Test(arguments: [
    ARSRow(
      name: "CUB ACT", after: [15.5, 37.7, 15.1, 32.2, 11.1, 9.4, 14.9, 1.0], recall: 27.5,
      cells: [31.00, 62.93, 30.20, 68.48, 40.36, 34.18, 54.18, 1.00], mean: 40.29),
    ARSRow(
      name: "CARS HM", after: [19.3, 25.9, 19.6, 25.7, 30.3, 36.7, 46.0, 8.8], recall: 60.2,
      cells: [38.60, 74.85, 39.20, 75.05, 50.33, 60.96, 76.41, 8.80], mean: 53.03),
    ARSRow(
      name: "SOP HM", after: [32.0, 4.2, 33.7, 3.0, 39.1, 39.8, 37.9, 45.6], recall: 46.8,
      cells: [64.00, 96.77, 67.40, 97.98, 83.55, 85.04, 80.98, 45.60], mean: 77.67),
    ARSRow(
      name: "CUB COLO-TRIDE", after: [16.4, 32.5, 21.3, 20.9, 20.2, 21.4, 22.9, 5.2], recall: 34.9,
      cells: [32.80, 68.18, 42.60, 79.90, 57.88, 61.32, 65.62, 5.20], mean: 51.69),
  ]) func publishedARS(_ row: ARSRow) throws {
    let before = [50, 1, 50, 1, row.recall, row.recall, row.recall, 100]
    var scores: [ERSComponent: Double] = [:]
    for (place, component) in AdversarialResistanceScore.components.enumerated() {
      let score = try #require(
        AdversarialResistanceScore.component(component, before: [before[place]], after: [row.after[place]]))
      #expect(abs(score - row.cells[place]) < 0.006, "\(row.name) \(component): \(score)")
      scores[component] = score
    }
    #expect(abs(try #require(AdversarialResistanceScore.score(scores)) - row.mean) < 0.01)
  }

  @Test func averagingARS() throws {
    func score(_ component: ERSComponent, _ averaging: AdversarialResistanceScore.Averaging) -> Double? {
      AdversarialResistanceScore.component(
        component, before: [50, 100, 0], after: [25, 100, 10], averaging: averaging)
    }
    #expect(score(.caPlus, .ratioOfMeans) == 90)
    #expect(score(.caPlus, .meanOfRatios) == 75)
    #expect(score(.qaMinus, .meanOfRatios) == 120, "the trial without a goal is left out, and nothing is clipped")
    #expect(score(.tma, .ratioOfMeans) == nil && score(.esShift, .meanOfRatios) == nil)
    #expect(AdversarialResistanceScore.component(.ltm, before: [0, 0], after: [0, 0]) == nil)
  }

  @Test func mutualInformationIsThatOfScikitLearn() throws {
    for item in try golden("scores", as: Golden.self).nmi {
      #expect(abs(normalizedMutualInformation(item.a, item.b) - item.nmi) < 1e-9)
    }
  }

  @Test func averagePrecisionIsThatOfScikitLearn() throws {
    let item = try golden("scores", as: Golden.self).ranking
    let gallery = Gallery(
      embeddings: Tensor(item.points, [30, 5]), labels: item.labels, geometry: .euclidean)
    let scores = RankingScores(gallery: gallery, queries: Array(0..<30))
    for (got, wanted) in zip(scores.averagePrecision, item.averagePrecision) { #expect(abs(got - wanted) < 1e-9) }
    let some = RankingScores(gallery: gallery, queries: [7, 2])
    #expect(some.averagePrecision == [scores.averagePrecision[7], scores.averagePrecision[2]])
  }

  /// A line of points: the query at 0, others at 1, 2, …; where the relevant ones stand is given.
  private func line(relevant: Set<Int>, count: Int = 12) -> RankingScores {
    RankingScores(
      gallery: Gallery(
        embeddings: Tensor((0...count).map { Float($0) }, [count + 1, 1]),
        labels: (0...count).map { $0 == 0 || relevant.contains($0) ? 1 : 0 }, geometry: .euclidean), queries: [0])
  }

  @Test func precisionAtTen() {
    func at10(_ relevant: Set<Int>) -> Double { line(relevant: relevant).averagePrecisionAt10[0] }
    #expect(abs(at10([1]) - 0.1) < 1e-12)
    #expect(abs(at10([1, 10]) - 0.12) < 1e-12)
    #expect(abs(at10([1, 2]) - 0.2) < 1e-12)
    #expect(abs(at10(Set(1...10)) - 1) < 1e-12)
    #expect(abs(at10([11])) < 1e-12)
  }

  @Test func ranksTiesAndLoneQueries() {
    let second = line(relevant: [2, 5])
    #expect(second.recallAt1 == [0] && second.recallAt2 == [1] && second.firstMatchRank == [1])
    #expect(abs(second.averagePrecision[0] - (1.0 / 2 + 2.0 / 5) / 2) < 1e-12)
    #expect(abs(second.averagePrecisionAtR[0] - (1.0 / 2) / 2) < 1e-12)
    let lone = line(relevant: [])
    #expect(lone.recallAt1 == [0] && lone.averagePrecision == [0] && lone.firstMatchRank == [13])
    // Everything in one place: order by index, the own entry left out by index.
    let tied = RankingScores(
      gallery: Gallery(embeddings: Tensor(zeros: [4, 2]), labels: [0, 1, 1, 0], geometry: .euclidean),
      queries: [0, 1, 2, 3])
    #expect(tied.recallAt1 == [0, 0, 0, 1])
    #expect(tied.firstMatchRank == [2, 1, 1, 0])
  }

  @Test func clustersAreFoundWhateverTheWorkers() {
    var random = RandomStream(seed: 41, ["blobs"])
    let labels = (0..<300).map { $0 % 6 }
    var points = Tensor(normal: [300, 8], deviation: 0.05, using: &random)
    for i in 0..<300 { points[i * 8 + labels[i]] += 3 }
    let gallery = Gallery(embeddings: points, labels: labels, geometry: .euclidean)
    #expect((1...5).contains { normalizedMutualInformation(of: gallery, seed: $0) > 0.999 })
    let clusters = kMeans(points, clusters: 6, iterations: 25, seed: 1)
    let before = Workers.count
    defer { Workers.count = before }
    Workers.count = 1
    #expect(kMeans(points, clusters: 6, iterations: 25, seed: 1) == clusters)
    #expect(Set(clusters).count <= 6 && clusters.count == 300)
    #expect(kMeans(Tensor(zeros: [5, 2]), clusters: 3, iterations: 25, seed: 1) == [0, 0, 0, 0, 0])
    #expect(kMeans(points, clusters: 1, iterations: 25, seed: 1) == [Int](repeating: 0, count: 300))
  }

  @Test func twoAlternativeCredits() {
    #expect(twoAlternativeCredit(votes: 0.8, first: 2, second: 1) == 0.8)
    #expect(abs(twoAlternativeCredit(votes: 0.8, first: 1, second: 2) - 0.2) < 1e-12)
    #expect(twoAlternativeCredit(votes: 0.8, first: 1, second: 1) == 0.5)
    #expect(twoAlternativeCredit(votes: 0.8, first: .nan, second: 1).isNaN)
    #expect(twoAlternativeCredit(votes: 0.8, first: .infinity, second: 1).isNaN)
  }

  @Test func collapseIsSeen() {
    var random = RandomStream(seed: 42, ["collapse"])
    let labels = (0..<200).map { $0 % 20 }
    let spread = Tensor(normal: [200, 16], using: &random)
    let collapsed = Tensor(normal: [200, 16], deviation: 1e-3, using: &random).map { $0 + 1 }
    func indicator(_ embeddings: Tensor, recall: Double) -> CollapseIndicator {
      CollapseIndicator(
        gallery: Gallery(embeddings: embeddings.normalizedRows(), labels: labels, geometry: .sphere),
        recallAt1: [Double](repeating: recall, count: 200), seed: 1)
    }
    #expect(!indicator(spread, recall: 0.6).isCollapsed)
    #expect(abs(indicator(spread, recall: 0.6).chance - 9.0 / 199) < 1e-12)
    #expect(indicator(spread, recall: 0.05).reasons.count == 1)
    #expect(indicator(collapsed, recall: 0.6).reasons.count == 2)
  }
}

/// Every item's ranking, counted from each pair once, against sorting it.
@Suite struct AllPairsTests {
  /// Values of few digits, so that many distances are equal.
  private func gallery(_ count: Int, _ geometry: Geometry) -> Gallery {
    var random = RandomStream(seed: 5, ["all pairs"])
    let embeddings = Tensor(uniform: [count, 3], in: 0...1, using: &random).map { ($0 * 4).rounded() + 0.5 }
    let labels = (0..<count).map { _ in random.integer(below: count / 4) }
    return Gallery(embeddings: geometry.placed(embeddings), labels: labels, geometry: geometry)
  }

  @Test(arguments: Geometry.allCases)
  func positionsAreThoseOfASortedRanking(_ geometry: Geometry) throws {
    // More than two tiles and a rest.
    let gallery = gallery(583, geometry)
    let all = RankingScores(gallery: gallery, queries: Array(0..<gallery.count))
    for query in stride(from: 0, to: gallery.count, by: 7) {
      let distances = geometry.distances(
        gallery.embeddings.rows(query..<query + 1), toAll: gallery.embeddings
      ).scalars
      let order = gallery.labels.indices.filter { $0 != query }.sorted {
        (distances[$0], $0) < (distances[$1], $1)
      }
      let hits = order.indices.filter { gallery.labels[order[$0]] == gallery.labels[query] }
      #expect(all.firstMatchRank[query] == Double(hits.first ?? gallery.count))
      let precision = hits.enumerated().reduce(0.0) { $0 + Double($1.offset + 1) / Double($1.element + 1) }
      #expect(abs(all.averagePrecision[query] - (hits.isEmpty ? 0 : precision / Double(hits.count))) < 1e-12)
    }
    // Few queries go another way, to the same numbers.
    let few = RankingScores(gallery: gallery, queries: [3, 100, 582])
    for (place, query) in few.queries.enumerated() {
      #expect(few.averagePrecision[place] == all.averagePrecision[query])
      #expect(few.firstMatchRank[place] == all.firstMatchRank[query])
    }
  }

  @Test func workersChangeNothing() {
    let gallery = gallery(700, .sphere)
    let before = Workers.count
    defer { Workers.count = before }
    Workers.count = 1
    let one = RankingScores(gallery: gallery, queries: Array(0..<700))
    Workers.count = 3
    let three = RankingScores(gallery: gallery, queries: Array(0..<700))
    #expect(one.averagePrecision == three.averagePrecision && one.firstMatchRank == three.firstMatchRank)
  }
}

@Suite struct NearestNeighboursTests {
  @Test(arguments: [1, 4, 30, 200])
  func theyAreTheFirstOfTheSortedGallery(_ k: Int) {
    var random = RandomStream(seed: 6, ["neighbours"])
    // Few digits: many equal distances.
    let embeddings = Tensor(uniform: [150, 2], in: 0...1, using: &random).map { ($0 * 4).rounded() }
    let gallery = Gallery(embeddings: embeddings, labels: Array(repeating: 0, count: 150), geometry: .euclidean)
    let found = NearestNeighbours(of: embeddings, in: gallery, k: k, excluding: Array(0..<150))
    let all = gallery.geometry.distances(embeddings, toAll: embeddings)
    for query in stride(from: 0, to: 150, by: 11) {
      let distances = all.row(query).scalars
      let order = (0..<150).filter { $0 != query }.sorted { (distances[$0], $0) < (distances[$1], $1) }
      #expect(found.indices[query] == Array(order.prefix(k)))
      #expect(found.distances[query] == order.prefix(k).map { distances[$0] })
    }
  }

  @Test func whatIsNotANumberComesLast() {
    let gallery = Gallery(
      embeddings: Tensor([1, .nan, 3], [3, 1]), labels: [0, 0, 0], geometry: .euclidean)
    #expect(NearestNeighbours(of: Tensor([0], [1, 1]), in: gallery, k: 3).indices == [[0, 2, 1]])
  }
}

@Suite struct SingularValuesTests {
  /// A matrix of rank two, wide and tall.
  @Test func wideAndTallAgree() {
    let matrix = Tensor((0..<4).flatMap { i in (0..<6).map { j in sine(1 + 3 * i + 7 * j) } }, [4, 6])
    let wide = matrix.singularValues()
    let tall = matrix.transposedMatrix().singularValues()
    #expect(wide.count == 4 && tall.count == 4)
    for (a, b) in zip(wide, tall) { #expect(abs(a - b) < 1e-12) }
    let squares = matrix.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(wide.reduce(0) { $0 + $1 * $1 } - squares) < 1e-10)
    // Sines of a sum span two dimensions.
    #expect(wide[1] > 0.1 && wide[2] < 1e-6)
  }

  @Test func diagonalAndDegenerateMatrices() {
    #expect(Tensor([3, 0, 0, -5], [2, 2]).singularValues() == [5, 3])
    #expect(Tensor(zeros: [3, 2]).singularValues() == [0, 0])
    #expect(Tensor(zeros: [0, 4]).singularValues().isEmpty)
    #expect(abs(Tensor(repeating: 1, [7, 3]).singularValues()[0] - 21.0.squareRoot()) < 1e-12)
  }

  private func sine(_ x: Int) -> Float { Float(sin(Double(x))) }
}

extension Tensor {
  fileprivate func transposedMatrix() -> Tensor {
    Tensor((0..<shape[1]).flatMap { j in (0..<shape[0]).map { i in scalars[i * shape[1] + j] } }, [shape[1], shape[0]])
  }
}
