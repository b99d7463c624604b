import DecisionAttacks
import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import Testing

/// A metric whose distances are not linear in the pixels: ‖tanh(4(x − ½))·W − …‖ of a seeded W.
private struct CurvedMetric: EmbeddingMetric {
  let card = Card(
    id: "curved", version: "1", title: "Curved", definition: "φ(x) = W·σ(V·x)", reference: "none")
  let geometry = Geometry.sphere
  let dimension = 6
  private let spec: ImageSpec
  private let first: Tensor
  private let second: Tensor

  init(_ spec: ImageSpec) {
    self.spec = spec
    var random = RandomStream(seed: 5, ["curved"])
    first = Tensor(normal: [12, spec.shape(1).count], deviation: 0.6, using: &random)
    second = Tensor(normal: [6, 12], deviation: 0.5, using: &random)
  }

  var input: ImageRequirement { .exactly(spec) }

  func embed(_ images: Variable) throws -> Variable {
    let inner = productMatrix(images.reshaped([images.shape[0], images.shape.rowCount]), first)
    return productMatrix(inner * inner.squared(), second) + 0.1
  }
}

@Suite struct CascadeTests {
  private static let spec = ImageSpec(channels: 1, height: 6, width: 6)

  private func attack(_ text: String) throws -> any Attack {
    var registry = Registry()
    try DecisionAttacks.register(in: &registry)
    return try registry.attacks.make(PluginReference(text))
  }

  private func task(_ count: Int = 24) throws -> TwoAlternativeTask {
    let triplets = try ToyTriplets(Self.spec).triplets(Array(0..<count))
    return try TwoAlternativeTask(metric: CurvedMetric(Self.spec), ids: Array(0..<count), triplets: triplets)
  }

  /// Whether each sample is broken after the attack, by the harness's rules.
  private func broken(_ text: String, _ task: TwoAlternativeTask) throws -> [Bool] {
    let attack = try attack(text)
    let stage = try attack.stages(for: .twoAlternative(task))[0]
    let everyone = Array(task.ids.indices)
    let clean = task.triplets.references
    let proposal = try stage.search.run(
      stage.objective, from: clean, samples: everyone, within: attack.threat,
      seeds: SampleSeeds(seed: 1, attack: "test", ids: task.ids))
    let objective = TwoAlternativeObjective(task: task)
    let found = attack.threat.projected(proposal, around: clean)
    return zip(
      try objective.isBroken(at: clean, samples: everyone), try objective.isBroken(at: found, samples: everyone)
    ).map { $0 || $1 }
  }

  private func count(_ flags: [Bool]) -> Int { flags.filter { $0 }.count }

  /// Per sample: whatever a part breaks, the cascade breaks.
  @Test(arguments: [("linf", "0.006"), ("l2", "0.025"), ("l1", "0.09")])
  func atLeastAsStrongAsEachPartAndAsPGD(_ norm: String, _ radius: String) throws {
    let task = try task()
    let ball = "norm=\(norm),eps=\(radius)"
    let whole = try broken("autoattack-2afc:\(ball),queries=500", task)
    #expect(count(whole) > 2 && count(whole) < 22, "\(count(whole)) of 24 decide nothing")
    for part in ["apgd-margin", "apgd-relative", "fab", "square"] {
      let alone = try broken("autoattack-2afc:\(ball),version=custom,parts=\(part),queries=500", task)
      #expect(count(alone) > 0)
      #expect(zip(alone, whole).allSatisfy { !$0 || $1 }, "\(part): \(count(alone)), all: \(count(whole))")
    }
    for other in [
      "pgd:\(ball),steps=1000", "pgd:\(ball),steps=200,early-stop=true", "apgd:\(ball)", "mi-fgsm:\(ball)",
      "deepfool:\(ball)", "cw:\(ball)",
    ] {
      let alone = try broken(other, task)
      #expect(zip(alone, whole).allSatisfy { !$0 || $1 }, "\(other): \(count(alone)), all: \(count(whole))")
    }
    for version in ["plus", "rand"] {
      let other = try broken("autoattack-2afc:\(ball),queries=100,steps=40,version=\(version)", task)
      #expect(count(other) > 0 && count(other) <= count(whole) + 1, "\(version)")
    }
  }

  /// What a sample is broken by is said, and what holds is proposed with its lowest margin; published code leaves it clean.
  @Test func partsAreNamed() throws {
    let task = try task()
    let everyone = Array(task.ids.indices)
    let clean = task.triplets.references
    let objective = TwoAlternativeObjective(task: task)
    let seeds = SampleSeeds(seed: 1, attack: "test", ids: task.ids)
    for mode in AttackMode.allCases {
      let attack = try attack("autoattack-2afc:norm=l2,eps=0.025,queries=50,mode=\(mode.rawValue)")
      #expect(attack.mode == mode)
      let stage = try attack.stages(for: .twoAlternative(task))[0]
      let cascade = try #require(stage.search as? any PartedSearch)
      let (found, names) = try cascade.runParts(
        stage.objective, from: clean, samples: everyone, within: attack.threat, seeds: seeds)
      let broken = try objective.isBroken(at: found, samples: everyone)
      let margins = try objective.outcomes(at: found, samples: everyone).map { $0.values[1] }
      let before = try objective.outcomes(at: clean, samples: everyone).map { $0.values[1] }
      #expect(names.contains { $0 == "apgd-margin" })
      for sample in everyone where !broken[sample] {
        #expect(names[sample] == nil || mode == .corrected)
        #expect(mode == .corrected ? margins[sample] < before[sample] : found.row(sample) == clean.row(sample))
      }
    }
  }

  @Test func versions() throws {
    #expect(
      try attack("autoattack-2afc:version=lipsim,mode=faithful").expectedCost == Cost(forwards: 103, backwards: 101))
    #expect(
      try attack("autoattack-2afc").expectedCost
        == Cost(forwards: 1 + 2 * 102 + (201 + 1) + (5001 + 1), backwards: 300))
    #expect(try attack("autoattack-2afc:version=fra31").expectedCost.backwards == 200)
    #expect(try attack("autoattack-2afc:version=custom,parts=square+fab").expectedCost.backwards == 100)
    for wrong in ["version=custom", "parts=fab", "version=custom,parts=fab+apgd", "version=aa", "queries=0"] {
      #expect(throws: PluginError.self, "\(wrong)") { try attack("autoattack-2afc:\(wrong)") }
    }
  }

  @Test(arguments: [
    "apgd:steps=10", "apgd:steps=10,loss=relative-margin,mode=faithful", "apgd:steps=10,loss=shift", "fab:steps=5",
    "square:queries=20", "mi-fgsm:steps=5", "cw:steps=10,searches=3", "deepfool:steps=5",
    "autoattack-2afc:steps=8,queries=20", "autoattack-2afc:steps=8,queries=20,version=plus,mode=faithful",
  ])
  func lawsHold(_ text: String) throws {
    let task = try task(6)
    let dataset = ToyRetrieval()
    let metric = IdentityEmbedding(dataset.images)
    let images = try dataset.images(.test, [0, 1])
    let retrieval = RetrievalTask(
      metric: metric,
      gallery: Gallery(
        embeddings: try metric.placedEmbeddings(of: images), labels: [0, 1], geometry: metric.geometry), ids: [0, 1],
      images: images, seed: 1)
    for norm in ThreatModel.Norm.allCases {
      let radius = norm == .linf ? 0.006 : norm == .l2 ? 0.025 : 0.09
      let attack = try attack("\(text),norm=\(norm.rawValue),eps=\(radius)")
      #expect(try AttackLaws.violations(of: attack, on: [.twoAlternative(task), .retrieval(retrieval)]) == [])
      let stage = try attack.stages(for: .twoAlternative(task))[0]
      #expect(
        try SearchLaws.violations(
          of: stage.search, on: stage.objective, from: task.triplets.references, within: attack.threat) == [],
        "\(text), \(norm)")
    }
    #expect(try ObjectiveLaws.violations(of: TwoAlternativeObjective(task: task), on: task.triplets.references) == [])
  }
}
