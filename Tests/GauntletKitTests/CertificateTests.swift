import Foundation
import GauntletKit
import Gradients
import Tensors
import Testing

/// The pixels less one half: a 1-Lipschitz embedding whose best attacks are known.
struct CentredPixels: EmbeddingMetric {
  let card = Card(id: "centred", version: "1", title: "Centred pixels", definition: "φ(x) = x − ½", reference: "none")
  let geometry: Geometry
  let dimension: Int

  var input: ImageRequirement { .exactly(ImageSpec(channels: 1, height: 1, width: dimension)) }
  func embed(_ images: Variable) throws -> Variable { images.reshaped([images.shape[0], images.shape.rowCount]) - 0.5 }
  func lipschitzClaim() throws -> LipschitzClaim? { LipschitzClaim(constant: 1, proof: "a translation") }
}

@Suite struct CertificateTests {
  private static func vector(_ dimension: Int, _ random: inout RandomStream, scale: Double = 1) -> [Double] {
    (0..<dimension).map { _ in Double(Float(scale * Double(random.normal()))) }
  }

  private static func norm(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  private static func moved(_ v: [Double], along direction: [Double], by length: Double) -> [Double] {
    let size = norm(direction)
    return zip(v, direction).map { $0 + length * $1 / size }
  }

  /// d(u, c₁) − d(u, c₀) up to a positive factor.
  private static func margin(_ u: [Double], _ c: [[Double]], _ geometry: Geometry) -> Double {
    if geometry == .euclidean {
      return norm(zip(u, c[1]).map { $0 - $1 }) - norm(zip(u, c[0]).map { $0 - $1 })
    }
    let units = c.map { v in v.map { $0 / norm(v) } }
    return zip(u, zip(units[0], units[1])).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) } / norm(u)
  }

  @Test(arguments: [Geometry.cosine, .euclidean]) func noAnswerChangesInsideARadius(_ geometry: Geometry) {
    let claim = LipschitzClaim(constant: 1, proof: "identity")
    var random = RandomStream(seed: 1, ["certificates", geometry.rawValue])
    var positive = 0
    for trial in 0..<2000 {
      let dimension = 2 + trial % 5
      let u = Self.vector(dimension, &random, scale: trial % 3 == 0 ? 0.2 : 1)
      let c = [Self.vector(dimension, &random), Self.vector(dimension, &random, scale: trial % 7 == 0 ? 0.1 : 1)]
      let certificate = TwoAlternativeCertificate(
        reference: u.map { Float($0) }, first: c[0].map { Float($0) }, second: c[1].map { Float($0) },
        geometry: geometry, claim: claim)
      let clean = Self.margin(u, c, geometry)
      let near = clean > 0 ? 0 : 1
      for kind in MovedImages.allCases {
        let radius = certificate[kind]
        #expect(radius >= 0 && radius.isFinite)
        if radius > 0 { positive += 1 }
        for _ in 0..<12 {
          var (v, d) = (u, c)
          if kind == .reference || kind == .all {
            v = Self.moved(u, along: Self.vector(dimension, &random), by: radius)
          }
          for i in 0..<2
          where kind == .all || kind == .candidates || (kind == .nearer) == (i == near) && kind != .reference {
            d[i] = Self.moved(c[i], along: Self.vector(dimension, &random), by: radius)
          }
          #expect(Self.margin(v, d, geometry) * clean > 0 || radius == 0, "\(kind) \(radius)")
        }
      }
    }
    #expect(positive > 5000)
  }

  @Test func theReferencesRadiusIsExactAndThePublishedOneIsNot() {
    let claim = LipschitzClaim(constant: 1, relativeError: 0, proof: "identity")
    var random = RandomStream(seed: 2, ["certificates"])
    var (broken, short) = (0, 0)
    for trial in 0..<2000 {
      let dimension = 2 + trial % 5
      let u = Self.vector(dimension, &random, scale: trial % 2 == 0 ? 0.3 : 2)
      let c = [Self.vector(dimension, &random), Self.vector(dimension, &random)]
      let certificate = TwoAlternativeCertificate(
        reference: u.map { Float($0) }, first: c[0].map { Float($0) }, second: c[1].map { Float($0) },
        geometry: .cosine, claim: claim)
      let units = c.map { v in v.map { $0 / Self.norm(v) } }
      let clean = Self.margin(u, c, .cosine)
      let worst = zip(units[0], units[1]).map { clean > 0 ? $1 - $0 : $0 - $1 }
      let sound = certificate[.reference]
      #expect(Self.margin(Self.moved(u, along: worst, by: sound * 0.999), c, .cosine) * clean > 0)
      #expect(Self.margin(Self.moved(u, along: worst, by: sound * 1.001), c, .cosine) * clean < 0)
      let fails = Self.margin(Self.moved(u, along: worst, by: certificate.published * 0.999), c, .cosine) * clean < 0
      if fails { broken += 1 }
      if Self.norm(u) < 0.999 { short += 1 }
      #expect(fails == (Self.norm(u) < 0.999) || abs(Self.norm(u) - 0.999) < 1e-3)
    }
    #expect(broken > 500 && short > 500)
  }

  @Test func aConstantCoordinateWidensTheRadius() {
    var random = RandomStream(seed: 3, ["certificates"])
    let claim = LipschitzClaim(constant: 1, constantCoordinates: 1, relativeError: 0, proof: "identity")
    for _ in 0..<500 {
      let u = Self.vector(3, &random) + [1]
      let c = [Self.vector(3, &random) + [1], Self.vector(3, &random) + [1]]
      let certificate = TwoAlternativeCertificate(
        reference: u.map { Float($0) }, first: c[0].map { Float($0) }, second: c[1].map { Float($0) },
        geometry: .cosine, claim: claim)
      let clean = Self.margin(u, c, .cosine)
      let units = c.map { v in v.map { $0 / Self.norm(v) } }
      let worst = zip(units[0], units[1]).map { clean > 0 ? $1 - $0 : $0 - $1 }.dropLast() + [0]
      let radius = certificate[.reference]
      #expect(Self.margin(Self.moved(u, along: Array(worst), by: radius * 0.999), c, .cosine) * clean > 0)
      #expect(Self.margin(Self.moved(u, along: Array(worst), by: radius * 1.001), c, .cosine) * clean < 0)
    }
  }

  @Test func tiesAndEmptyEmbeddingsHaveNoRadius() {
    let claim = LipschitzClaim(constant: 1, proof: "identity")
    func radius(_ u: [Float], _ a: [Float], _ b: [Float]) -> [Double] {
      let certificate = TwoAlternativeCertificate(reference: u, first: a, second: b, geometry: .cosine, claim: claim)
      return MovedImages.allCases.map { certificate[$0] }
    }
    #expect(radius([1, 0], [1, 1], [1, 1]).allSatisfy { $0 == 0 })
    #expect(radius([1, 0], [1, 1], [1, -1]).allSatisfy { $0 == 0 })
    #expect(radius([0, 0], [1, 0], [0, 1]).allSatisfy { $0 == 0 })
    #expect(radius([1, 0], [0, 0], [0, 1]).allSatisfy { $0 == 0 })
    #expect(radius([.nan, 0], [1, 0], [0, 1]).allSatisfy { $0 == 0 })
  }

  // MARK: What objectives are certified for

  private static let threat = ThreatModel(norm: .l2, epsilon: 0.08)

  /// Random images of the ball, and what gradient descent finds in it, against the bounds of the objective.
  private func attack(
    _ objective: some CertifiableObjective, _ images: Tensor, _ name: String, moved: MovedImages = .reference
  ) throws -> Int {
    let threat = ThreatModel(norm: .l2, epsilon: Self.threat.epsilon, moved: moved)
    let samples = Array(0..<images.rows)
    let claim = LipschitzClaim(constant: 1, proof: "a translation")
    let bounds = try objective.certifiedOutcomes(
      at: images, samples: samples, radius: threat.epsilon, claim: claim)
    let clean = try objective.outcomes(at: images, samples: samples)
    let seeds = SampleSeeds(seed: 5, attack: name, ids: samples)
    var tight = 0
    var found: [Tensor] = try [
      ProjectedGradientDescent(steps: 25, stepSize: 0.01, keep: .best),
      ProjectedGradientDescent(steps: 25, stepSize: 0.02, randomStart: true, keep: .last),
    ].map { try $0.run(objective, from: images, samples: samples, within: threat, seeds: seeds) }
    for draw in 0..<40 {
      found.append(threat.randomStart(around: images) { seeds.stream("draw", sample: $0, step: draw) })
    }
    for candidate in found {
      let outcomes = try objective.outcomes(at: threat.projected(candidate, around: images), samples: samples)
      for i in samples {
        for (place, measure) in objective.measures.enumerated() {
          #expect(
            !measure.isWorse(outcomes[i].values[place], than: bounds[i].values[place]),
            "\(name) \(measure.name): certified \(bounds[i].values[place]), found \(outcomes[i].values[place])")
        }
      }
    }
    for i in samples where bounds[i].values[0] == clean[i].values[0] { tight += 1 }
    return tight
  }

  @Test(arguments: Geometry.allCases) func noRankingBoundIsBroken(_ geometry: Geometry) throws {
    let dimension = 4
    let metric = CentredPixels(geometry: geometry, dimension: dimension)
    var random = RandomStream(seed: 6, ["certificates", geometry.rawValue])
    let labels = (0..<60).map { $0 % 3 }
    let images = Tensor(
      concatenating: labels.map { label in
        Tensor(
          (0..<dimension).map { (label == $0 ? 0.9 : 0.2) + 0.25 * (random.uniform() - 0.5) }, [1, 1, 1, dimension])
      })
    let gallery = Gallery(embeddings: try metric.placedEmbeddings(of: images), labels: labels, geometry: geometry)
    let ids = Array(0..<24)
    let task = RetrievalTask(metric: metric, gallery: gallery, ids: ids, images: images.rows(ids), seed: 7)
    let far = ids.map { [($0 + 30) % 60, ($0 + 31) % 60, ($0 + 44) % 60] }
    let near = ids.map { [($0 + 3) % 60, ($0 + 6) % 60] }
    var tight = 0
    tight += try attack(QueryRankObjective(task: task, candidates: far, direction: .up), task.images, "qa+")
    tight += try attack(QueryRankObjective(task: task, candidates: near, direction: .down), task.images, "qa-")
    tight += try attack(CandidateRankObjective(task: task, queries: far, direction: .up), task.images, "ca+")
    tight += try attack(CandidateRankObjective(task: task, queries: near + [], direction: .down), task.images, "ca-")
    _ = try attack(TargetMismatchObjective(task: task, targets: far.map { $0[0] }), task.images, "tma")
    _ = try attack(EmbeddingShiftObjective(task: task), task.images, "es")
    let recalls = try attack(MisrankObjective(task: task), task.images, "ltm")
    _ = try attack(try GreedyMisrankObjective(task: task, attack: "gtm"), task.images, "gtm")
    _ = try attack(try GreedyTranslocationObjective(task: task, attack: "gtt"), task.images, "gtt")
    // The bounds say something: most first answers are certain here.
    #expect(recalls > 12)
    let radii = try task.recallRadii(claim: LipschitzClaim(constant: 1, proof: "a translation"))
    #expect(radii.count { $0 > Self.threat.epsilon } == recalls)
  }

  @Test(arguments: Geometry.allCases, MovedImages.allCases)
  func noDecisionBoundIsBroken(_ geometry: Geometry, _ moved: MovedImages) throws {
    let dimension = 5
    let metric = CentredPixels(geometry: geometry, dimension: dimension)
    var random = RandomStream(seed: 8, ["certificates", geometry.rawValue])
    let count = 64
    func images() -> Tensor { Tensor(uniform: [count, 1, 1, dimension], in: 0...1, using: &random) }
    let triplets = Triplets(
      references: images(), first: images(), second: images(),
      votes: (0..<count).map { Float([0, 1, 0.25, 0.5][$0 % 4]) })
    let task = try TwoAlternativeTask(metric: metric, ids: Array(0..<count), triplets: triplets, moved: moved)
    let kept = try attack(TwoAlternativeObjective(task: task), task.movedImages, "2afc", moved: moved)
    #expect(kept > (moved == .all ? count / 16 : count / 4))
  }

  @Test func otherNormsAreEnclosed() {
    #expect(ThreatModel(norm: .l2, epsilon: 0.5).enclosingRadius(of: 100) == 0.5)
    #expect(ThreatModel(norm: .l1, epsilon: 0.5).enclosingRadius(of: 100) == 0.5)
    let linf = ThreatModel(norm: .linf, epsilon: 0.1).enclosingRadius(of: 100)
    #expect(linf >= 1 && linf < 1 + 1e-12)
  }
}
