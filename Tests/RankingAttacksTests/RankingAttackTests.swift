import GauntletKit
import GauntletLaws
import Gradients
import RankingAttacks
import Tensors
import Testing

@Suite struct RankingAttackTests {
  private func registry() throws -> Registry {
    var registry = Registry()
    try RankingAttacks.register(in: &registry)
    return registry
  }

  private func attack(_ text: String) throws -> any Attack { try registry().attacks.make(PluginReference(text)) }

  /// 240 random images of 1×3×3 pixels in 24 classes around random centres, with a random linear embedding.
  private struct World: EmbeddingMetric {
    let card = Card(id: "world", version: "1", title: "World", definition: "Wx", reference: "none")
    let geometry: Geometry
    var input: ImageRequirement { .exactly(ImageSpec(channels: 1, height: 3, width: 3)) }
    var dimension: Int { 20 }
    static let labels = (0..<240).map { $0 / 10 }
    static let images: Tensor = {
      Tensor(
        (0..<240).flatMap { index -> [Float] in
          var centre = RandomStream(seed: 51, ["centre"], [index / 10])
          var noise = RandomStream(seed: 51, ["noise"], [index])
          return (0..<9).map { _ in centre.uniform(0.1...0.9) + noise.uniform(-0.1...0.1) }
        }, [240, 1, 3, 3])
    }()
    static let weights: Tensor = {
      var random = RandomStream(seed: 51, ["weights"])
      return Tensor(normal: [20, 9], using: &random)
    }()

    func embed(_ images: Variable) throws -> Variable {
      productMatrix(images.reshaped([images.shape[0], 9]) - 0.5, Self.weights)
    }

    func task(_ ids: [Int], seed: UInt64 = 1) throws -> RetrievalTask {
      RetrievalTask(
        metric: self,
        gallery: Gallery(
          embeddings: try placedEmbeddings(of: Self.images), labels: Self.labels, geometry: geometry), ids: ids,
        images: Self.images.rows(ids), seed: seed)
    }
  }

  private func means(_ attack: any Attack, _ task: RetrievalTask) throws -> (before: [Double], after: [Double]) {
    let stages = try attack.stages(for: .retrieval(task))
    let samples = Array(0..<task.ids.count)
    let before = try stages[0].objective.outcomes(at: task.images, samples: samples).map(\.values)
    var after: [[Double]]?
    for stage in stages {
      let found = try stage.search.run(
        stage.objective, from: task.images, samples: samples, within: attack.threat,
        seeds: SampleSeeds(seed: 1, attack: attack.card.id, ids: task.ids))
      #expect(attack.threat.contains(found, around: task.images, tolerance: 1e-9).allSatisfy { $0 })
      let outcomes = try stage.objective.outcomes(at: found, samples: samples).map(\.values)
      after = samples.map { sample in
        stage.objective.measures.enumerated().map { place, measure in
          let (new, old) = (outcomes[sample][place], after?[sample][place] ?? outcomes[sample][place])
          return measure.isWorse(new, than: old) ? new : old
        }
      }
    }
    func mean(_ values: [[Double]]) -> [Double] {
      stages[0].objective.measures.indices.map { place in
        values.reduce(0) { $0 + $1[place] } / Double(values.count)
      }
    }
    return (mean(before), mean(after ?? before))
  }

  @Test func theProfileIsTheScore() throws {
    let registry = try registry()
    #expect(
      RankingAttacks.ersProfile == ["ca-plus", "ca-minus", "qa-plus", "qa-minus", "tma", "es", "ltm", "gtm", "gtt"])
    #expect(registry.profiles["ers"] == RankingAttacks.ersProfile)
    let components = try RankingAttacks.ersProfile.flatMap { id in
      try registry.attacks.make(PluginReference(id)).measures(for: .retrieval).compactMap(\.component)
    }
    #expect(components == ERSComponent.allCases)
    #expect(try RegistryLaws.violations(of: registry) == [])
  }

  @Test(arguments: Geometry.allCases) func lawsHold(_ geometry: Geometry) throws {
    let task = try World(geometry: geometry).task([17, 3, 200, 99])
    let triplets = try TwoAlternativeTask(
      metric: IdentityEmbedding(ToyTriplets().images), ids: [0, 1], triplets: ToyTriplets().triplets([0, 1]))
    let others = [
      "sp-qa-plus:local=true,m=2", "sp-qa-minus:kappa=50", "order:k=2", "order:visible=20",
      "es:search=rank-apgd,mode=faithful", "es:search=rank-apgd", "ltm:search=rank-apgd", "gtt:search=rank-apgd",
      "qa-minus:norm=l2,eps=0.5,search=apgd", "tma:norm=l2,eps=0.5,search=square,queries=20",
    ]
    for id in RankingAttacks.ersProfile + others {
      let attack = try attack(id)
      #expect(try AttackLaws.violations(of: attack, on: [.retrieval(task), .twoAlternative(triplets)]) == [])
      let stage = try attack.stages(for: .retrieval(task))[0]
      var random = RandomStream(seed: 52, ["moved"])
      let moved = (task.images + Tensor(uniform: task.images.shape, in: -0.02...0.02, using: &random)).clamped(
        to: 0...1)
      for images in [task.images, moved] {
        #expect(try ObjectiveLaws.violations(of: stage.objective, on: images) == [], "\(id)")
      }
      #expect(
        try SearchLaws.violations(of: stage.search, on: stage.objective, from: task.images, within: attack.threat)
          == [],
        "\(id)")
    }
  }

  /// Raw numbers are on the scales of the published tables, and every attack moves its own the right way.
  @Test func attacksDoWhatTheyAreFor() throws {
    let task = try World(geometry: .sphere).task(Array(stride(from: 0, to: 240, by: 3)))
    func run(_ id: String) throws -> (before: [Double], after: [Double]) {
      try means(try attack("\(id):eps=40/255"), task)
    }
    let ca = try (run("ca-plus"), run("ca-minus"))
    #expect(abs(ca.0.before[0] - 50) < 12 && ca.0.after[0] < 15)
    #expect(ca.1.before[0] < 3 && ca.1.after[0] > 8 * ca.1.before[0], "CA− \(ca.1)")
    let qa = try (run("qa-plus"), run("qa-minus"))
    #expect(abs(qa.0.before[0] - 50) < 12 && qa.0.after[0] < 15)
    #expect(qa.1.before[0] < 3 && qa.1.after[0] > 15)
    let tma = try run("tma")
    #expect(tma.after[0] > tma.before[0] + 0.2 && tma.after[0] <= 1.00001)
    let es = try run("es")
    #expect(es.before[0] == 0 && es.after[0] > 0.3 && es.after[0] <= 2)
    #expect(es.before[1] > 60 && es.after[1] < es.before[1] - 30)
    for id in ["ltm", "gtm"] {
      let recall = try run(id)
      #expect(recall.before[0] == es.before[1] && recall.after[0] < recall.before[0] - 30)
    }
    let gtt = try run("gtt")
    #expect(gtt.before[0] == 100 && gtt.after[0] < 60)
  }

  /// On a larger world: as many gradients at most, and no measure better for the defender than after the published search.
  /// Here the shift of a linear embedding has optima on either side of the clean image, which takes a second start.
  @Test(arguments: ["4/255", "12/255", "40/255"]) func rankAPGDIsNoWeakerThanPGD(_ radius: String) throws {
    let task = try World(geometry: .sphere).task(Array(stride(from: 0, to: 240, by: 2)))
    for id in RankingAttacks.ersProfile {
      let ours = try attack("\(id):eps=\(radius),search=rank-apgd,restarts=\(id == "es" ? 2 : 1)")
      #expect(ours.expectedCost.backwards <= (try attack(id)).expectedCost.backwards)
      let (found, published) = try (means(ours, task).after, means(attack("\(id):eps=\(radius)"), task).after)
      for (place, measure) in ours.measures(for: .retrieval).enumerated() {
        let gain = (found[place] - published[place]) * (measure.adversaryWants == .lower ? -1 : 1)
        #expect(gain >= -1e-6, "\(id) \(measure.name): pgd \(published[place]), rank-apgd \(found[place])")
      }
    }
  }

  @Test func publishedProfilesResolve() throws {
    let registry = try registry()
    #expect(
      registry.profiles.mapValues(\.count) == [
        "ers": 9, "rob28": 9, "rob224": 9, "rank-apgd": 9, "pami28": 32, "pami224": 32, "eccv28": 64, "eccv224": 48,
        "qccurve28": 48,
      ])
    let attack = try attack(registry.profiles["rob28"]?.first ?? "")
    #expect(attack.threat.epsilonText == "77/255" && attack.expectedCost.backwards == 32)
  }

  @Test func semanticsPreservingQueriesKeepTheirItemsInFront() throws {
    let task = try World(geometry: .sphere).task(Array(stride(from: 0, to: 240, by: 8)))
    let (before, after) = try means(attack("sp-qa-plus:eps=40/255"), task)
    let heavy = try means(attack("sp-qa-plus:eps=40/255,xi=100"), task).after
    #expect(after[0] < before[0] && heavy[1] < after[1] && heavy[0] > after[0], "\(before) \(after) \(heavy)")
    let order = try means(attack("order:k=2,eps=40/255"), task)
    #expect(order.after[0] > order.before[0] + 0.3, "\(order)")
    let square = try means(attack("ca-plus:eps=40/255,search=square,queries=100"), task)
    #expect(square.after[0] < square.before[0] - 5, "\(square)")
    let sparse = try means(attack("ca-plus:norm=l1,eps=20,search=square,queries=100"), task)
    #expect(sparse.after[0] < sparse.before[0] - 1, "\(sparse)")
  }

  @Test func epsilonZeroChangesNothing() throws {
    let task = try World(geometry: .sphere).task([5, 50, 150])
    for id in RankingAttacks.ersProfile {
      let (before, after) = try means(try attack("\(id):eps=0,random-start=true"), task)
      #expect(before == after)
    }
  }

  @Test func targetsBelongToTheSample() throws {
    let world = World(geometry: .sphere)
    for id in ["ca-plus:w=3", "ca-minus:w=3", "qa-plus:m=3", "qa-minus:m=2", "tma", "gtm", "gtt"] {
      let attack = try attack(id)
      func targets(_ ids: [Int], seed: UInt64 = 1) throws -> [[Int]] {
        let objective = try attack.stages(for: .retrieval(world.task(ids, seed: seed)))[0].objective
        return ids.indices.map { objective.targets(of: $0) }
      }
      let all = try targets(Array(0..<240))
      #expect(try targets([77, 3]) == [all[77], all[3]])
      for (own, chosen) in all.enumerated() { #expect(!chosen.contains(own) && chosen.allSatisfy { $0 < 240 }) }
      if id.hasPrefix("qa-minus") { #expect(all.allSatisfy { Set($0).count == 2 }) }
      let isRandom = !id.hasPrefix("g")
      #expect(try (targets(Array(0..<240), seed: 2) != all) == isRandom)
    }
    // Random targets reach every part of the gallery.
    let drawn = try attack("ca-plus:w=3").stages(for: .retrieval(world.task(Array(0..<240))))[0].objective
    #expect(Set((0..<240).flatMap { drawn.targets(of: $0) }).count > 200)
  }

  /// ⌊240/100⌋ = 2 other images are near.
  @Test func nearTargetsAreAmongTheNearest() throws {
    let task = try World(geometry: .sphere).task(Array(0..<240))
    let pools = task.nearest(2)
    for id in ["ca-minus:w=5", "qa-minus:m=2"] {
      let objective = try attack(id).stages(for: .retrieval(task))[0].objective
      for sample in 0..<240 { #expect(Set(objective.targets(of: sample)).isSubset(of: pools[sample])) }
    }
  }

  @Test func galleriesThatAreTooSmallAreSaidToBe() throws {
    let task = try ToyWorld.task()
    #expect(throws: PluginError.self) { try attack("qa-minus:m=2").stages(for: .retrieval(task)) }
    do {
      _ = try attack("qa-minus:m=2").stages(for: .retrieval(task))
    } catch {
      #expect("\(error)".contains("qa-minus: a gallery of 12 images has 1 in its nearest 1%, expected at least 2"))
    }
    let gallery = Gallery(
      embeddings: try ToyWorld.gallery().embeddings.rows([0]), labels: [0], geometry: .sphere)
    let lonely = RetrievalTask(
      metric: ToyMetric(), gallery: gallery, ids: [0], images: ToyWorld.images.rows([0]), seed: 1)
    for id in ["ca-plus", "ca-minus", "qa-plus", "qa-minus", "tma", "gtm", "gtt"] {
      #expect(throws: PluginError.self, "\(id)") { try attack(id).stages(for: .retrieval(lonely)) }
    }
    let broken = Gallery(
      embeddings: Tensor(repeating: .nan, [12, 4]), labels: ToyWorld.labels, geometry: .sphere)
    let hopeless = RetrievalTask(
      metric: ToyMetric(), gallery: broken, ids: [4], images: ToyWorld.images.rows([4]), seed: 1)
    for id in ["ca-minus", "qa-minus", "gtm", "gtt"] {
      #expect(throws: PluginError.self, "\(id)") { try attack(id).stages(for: .retrieval(hopeless)) }
    }
  }

  @Test func settings() throws {
    let attack = try attack("gtm:norm=l2,eps=0.5,alpha=0.1,steps=7,mode=faithful,random-start=true")
    #expect(attack.threat == ThreatModel(norm: .l2, epsilon: 0.5, epsilonText: "0.5"))
    #expect(attack.mode == .faithful && attack.expectedCost == Cost(forwards: 7, backwards: 7))
    let plain = try self.attack("ca-plus")
    #expect(plain.threat.epsilonText == "8/255" && plain.mode == .corrected)
    #expect(plain.expectedCost == Cost(forwards: 32, backwards: 32))
    for wrong in [
      "ca-minus:local=true", "order:mode=faithful", "es:w=2", "ca-plus:w=0", "qa-plus:eps=-1", "tma:norm=l0",
    ] {
      #expect(throws: PluginError.self, "\(wrong)") { try self.attack(wrong) }
    }
  }
}
