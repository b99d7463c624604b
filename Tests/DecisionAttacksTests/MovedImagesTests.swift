import DecisionAttacks
import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import Testing

/// Attacks that change candidates: in a world where the least radius is known.
///
/// The nearer candidate lies at 0.1 on one side of the reference, the farther one at 0.3 on the other. Changing only the
/// reference flips the answer from (0.3 − 0.1)/2 on, a single candidate from 0.3 − 0.1 on, both candidates from
/// (0.3 − 0.1)/2 on and all three images from (0.3 − 0.1)/4 on.
@Suite struct MovedImagesTests {
  private static let spec = ImageSpec(channels: 3, height: 2, width: 2)
  private static let least: [MovedImages: Double] = [
    .reference: 0.1, .nearer: 0.2, .farther: 0.2, .candidates: 0.1, .all: 0.05,
  ]

  /// The same distances of a metric that does not embed.
  private struct Plain: Metric {
    let base = IdentityEmbedding(MovedImagesTests.spec)
    var card: Card { base.card }
    var input: ImageRequirement { base.input }
    func features(of images: Tensor) throws -> Features { try base.features(of: images) }
    func distances(from images: Variable, to fixed: Features) throws -> Variable {
      try base.distances(from: images, to: fixed)
    }
  }

  private func attack(_ text: String) throws -> any Attack {
    var registry = Registry()
    try DecisionAttacks.register(in: &registry)
    return try registry.attacks.make(PluginReference(text))
  }

  /// Every second sample has its candidates the other way round.
  private func task(_ metric: any Metric, _ moved: MovedImages, count: Int = 4) throws -> TwoAlternativeTask {
    var random = RandomStream(seed: 3, ["moved"])
    let shape = Self.spec.shape(count)
    let references = Tensor(uniform: shape, in: 0.45...0.55, using: &random)
    var direction = Tensor(normal: Self.spec.shape(1), deviation: 1, using: &random)
    direction = direction.reshaped([1, direction.count]).normalizedRows()
    func offset(_ length: (Int) -> Float) -> Tensor {
      var images = references
      for row in 0..<count {
        for i in 0..<direction.count { images[row * direction.count + i] += length(row) * direction[i] }
      }
      return images
    }
    let triplets = Triplets(
      references: references, first: offset { $0 % 2 == 0 ? -0.1 : 0.3 }, second: offset { $0 % 2 == 0 ? 0.3 : -0.1 },
      votes: (0..<count).map { Float($0 % 2) })
    return try TwoAlternativeTask(metric: metric, ids: Array(0..<count), triplets: triplets, moved: moved)
  }

  private func broken(_ attack: any Attack, _ task: TwoAlternativeTask) throws -> [Bool] {
    let stage = try attack.stages(for: .twoAlternative(task))[0]
    let samples = Array(task.ids.indices)
    let clean = Task.twoAlternative(task).images
    let found = try stage.search.run(
      stage.objective, from: clean, samples: samples, within: attack.threat,
      seeds: SampleSeeds(seed: 1, attack: "moved", ids: task.ids))
    let inside = attack.threat.projected(found, around: clean)
    #expect(attack.threat.contains(inside, around: clean, tolerance: 1e-9).allSatisfy { $0 })
    return try TwoAlternativeObjective(task: task).isBroken(at: inside, samples: samples)
  }

  @Test(arguments: MovedImages.allCases, ["apgd:steps=60", "pgd:steps=100,restarts=2", "autoattack-2afc:queries=200"])
  func theLeastRadiusIsFoundAndNotBeaten(_ moved: MovedImages, _ search: String) throws {
    let least = try #require(Self.least[moved])
    for metric in [IdentityEmbedding(Self.spec), Plain()] as [any Metric] {
      for (factor, breaks) in [(1.02, true), (0.98, false)] {
        let attack = try attack("\(search),norm=l2,eps=\(factor * least),moved=\(moved.rawValue)")
        #expect(attack.threat.moved == moved)
        #expect(try broken(attack, try task(metric, moved)) == [Bool](repeating: breaks, count: 4), "\(factor)")
      }
    }
  }

  @Test func cleanImagesHaveTheSameOutcomes() throws {
    let samples = [2, 0, 3]
    let alone = try task(IdentityEmbedding(Self.spec), .reference)
    let expected = try TwoAlternativeObjective(task: alone).outcomes(
      at: alone.movedImages.rows(samples), samples: samples)
    for metric in [IdentityEmbedding(Self.spec), Plain()] as [any Metric] {
      for moved in MovedImages.allCases {
        let task = try task(metric, moved)
        let objective = TwoAlternativeObjective(task: task)
        let images = task.movedImages.rows(samples)
        #expect(try objective.outcomes(at: images, samples: samples) == expected)
        let shifts = try objective.shift(at: Variable(constant: images), samples: samples).value
        #expect(shifts.shape == [3] && shifts.scalars.allSatisfy { $0 == 0 })
      }
    }
  }

  /// Both arguments' gradients of a metric that only knows fixed ones.
  @Test func bothGradientsOfADistance() throws {
    var random = RandomStream(seed: 4, ["moved"])
    let (x, y) = (
      Tensor(uniform: Self.spec.shape(3), in: 0...1, using: &random),
      Tensor(uniform: Self.spec.shape(3), in: 0...1, using: &random)
    )
    let seed = Tensor([1, -2, 0.5], [3])
    func gradients(_ metric: any Metric) throws -> (Tensor, [Tensor]) {
      let (a, b) = (Variable(leaf: x), Variable(leaf: y))
      let distances = try metric.distances(from: a, to: b)
      return (distances.value, try distances.gradients(of: [a, b], seed: seed))
    }
    let (values, own) = try gradients(IdentityEmbedding(Self.spec))
    let (plain, others) = try gradients(Plain())
    #expect(values == plain && own == others)
    #expect(own[1].scalars.contains { $0 != 0 })
  }

  @Test(arguments: ThreatModel.Norm.allCases) func everyImageHasABallOfItsOwn(_ norm: ThreatModel.Norm) throws {
    let alone = ThreatModel(norm: norm, epsilon: 0.3)
    let all = ThreatModel(norm: norm, epsilon: 0.3, moved: .all)
    let task = try task(IdentityEmbedding(Self.spec), .all)
    let clean = task.movedImages
    #expect(clean.shape == [4, 9, 2, 2])
    var random = RandomStream(seed: 5, ["moved"])
    let wild = clean + Tensor(normal: clean.shape, deviation: 1, using: &random)
    let projected = all.projected(wild, around: clean)
    #expect(
      MovedImages.all.apart(projected)
        == alone.projected(MovedImages.all.apart(wild), around: MovedImages.all.apart(clean)))
    let norms = all.norms(ofEach: projected, around: clean)
    #expect(norms.allSatisfy { $0[norm] <= 0.3 + 1e-9 && $0[norm] > 0.29 })
    #expect(!alone.contains(projected, around: clean).contains(true) || norm == .linf)
    let start = all.randomStart(around: clean) { RandomStream(seed: 1, ["start"], [$0]) }
    #expect(all.contains(start, around: clean).allSatisfy { $0 })
    #expect(Set(all.norms(ofEach: start, around: clean).map { $0[norm] }).count == 4)
    #expect(MovedImages.all.stacked(clean).shape == [4, 3, 3, 2, 2] && MovedImages.nearer.stacked(clean) == clean)
  }
}
