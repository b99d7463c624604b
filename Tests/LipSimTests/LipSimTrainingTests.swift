import GauntletKit
import Gradients
import LipSim
import Networks
import Tensors
import Testing

/// Keeps everything in memory, and is interrupted where it is told to be.
private final class Session: TrainingSession, @unchecked Sendable {
  struct Interrupted: Error {}
  let seed: UInt64 = 4
  let stop: Int?
  var checkpoint: TrainingCheckpoint?
  var points: [String: [Double]] = [:]

  init(stop: Int? = nil, from checkpoint: TrainingCheckpoint? = nil) {
    self.stop = stop
    self.checkpoint = checkpoint
  }

  func restored() throws -> TrainingCheckpoint? { checkpoint }

  func completed(step: Int, of total: Int, checkpoint make: () throws -> TrainingCheckpoint) throws {
    guard step == stop else { return }
    checkpoint = try make()
    throw Interrupted()
  }

  func log(_ series: String, step: Int, value: Double) { points[series, default: []].append(value) }
}

/// Flat colours with noise; the first candidate is nearer in even triplets.
private struct Colours: TripletDataset {
  let card = Card(id: "colours", version: "1", title: "Colours", definition: "flat colours", reference: "none")
  let images = ImageSpec(channels: 3, height: 16, width: 16)
  let count = 24

  func triplets(_ indices: [Int]) throws -> Triplets {
    func part(_ shift: (Int) -> Float) -> Tensor {
      Tensor(
        concatenating: indices.map { index in
          var random = RandomStream(seed: 2, ["colours"], [index])
          let base = (0..<3).map { _ in random.uniform(0.2...0.6) }
          return Tensor(
            (0..<768).map { i in base[i / 256] + shift(index) * (i % 2 == 0 ? 1 : 0.2) + random.uniform(0...0.05) },
            [1, 3, 16, 16])
        })
    }
    return Triplets(
      references: part { _ in 0 }, first: part { $0 % 2 == 0 ? 0.05 : 0.3 }, second: part { $0 % 2 == 0 ? 0.3 : 0.05 },
      votes: indices.map { $0 % 2 == 0 ? 0 : 1 })
  }

  func name(of index: Int) -> String { "\(index)" }
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}
}

/// Means of colour planes: a teacher of three dimensions.
private struct MeanColours: EmbeddingMetric {
  let card = Card(id: "means", version: "1", title: "Means", definition: "means of planes", reference: "none")
  var geometry = Geometry.cosine
  var input: ImageRequirement { .any(minimumSide: 1) }
  var dimension: Int { 3 }

  func embed(_ images: Variable) throws -> Variable {
    images.reshaped([images.shape[0] * 3, 256]).rowMeans().reshaped([images.shape[0], 3])
  }
}

@Suite struct LipSimTrainingTests {
  private func backbone(embedding: Int) throws -> Backbone {
    let images = Colours().images
    let graph = try Architectures.named(
      "sll-2x8-1x16", embedding: embedding, normalization: .none,
      input: ImageExtent(channels: 3, height: 16, width: 16))
    return Backbone(
      architecture: "sll-2x8-1x16", normalization: .none, geometry: .cosine, images: images, embedding: embedding,
      parameters: Parameters(initializing: graph, seed: 1))
  }

  private func run(_ defense: String, _ start: Start, _ session: Session) throws -> EmbeddingNetwork {
    var registry = Registry()
    try LipSim.register(in: &registry)
    let made = try registry.defenses.make(try PluginReference(defense)).defend(
      start, with: .triplets(Colours()), in: session)
    return try #require(made as? EmbeddingNetwork)
  }

  private func weights(_ network: EmbeddingNetwork) -> [[Float]] {
    network.backbone.parameters.names.map { network.backbone.parameters[$0].scalars }
  }

  private func student() throws -> Start {
    .student(try backbone(embedding: 6), teachers: [MeanColours(), MeanColours(geometry: .euclidean)])
  }

  @Test(arguments: ["rmse", "byol", "cross"]) func distillationLowersItsLoss(_ loss: String) throws {
    let session = Session()
    _ = try run(
      "lipsim:steps=60,batch=12,loss=\(loss),learning-rate=0.02,views=clean,centred=false", student(), session)
    let losses = try #require(session.points["loss"])
    let (first, last) = (losses[0], losses.suffix(3).min() ?? losses[0])
    #expect(last < first - 0.05 * abs(first))
  }

  @Test func finetuningAnswersAndStaysLipschitz() throws {
    let session = Session()
    let network = try run(
      "lipsim-finetune:steps=60,batch=12,margin=0.2", .backbone(try backbone(embedding: 6)), session)
    #expect(try #require(session.points["accuracy"]?.last) > (session.points["accuracy"]?.first ?? 1) - 0.2)
    #expect(try #require(session.points["loss"]).last ?? 1 < (session.points["loss"]?.first ?? 0))
    #expect(try #require(try network.lipschitzClaim()).constant == 1)
  }

  @Test(arguments: [
    "lipsim:steps=7,batch=5", "lipsim:steps=7,batch=5,views=sum,schedule=interp", "lipsim-finetune:steps=7,batch=5",
  ])
  func aTrainingThatWasStoppedGivesTheSameBits(_ defense: String) throws {
    let start = defense.hasPrefix("lipsim:") ? try student() : .backbone(try backbone(embedding: 6))
    let whole = try run(defense, start, Session())
    for stop in [1, 4] {
      let first = Session(stop: stop)
      #expect(throws: Session.Interrupted.self) { try run(defense, start, first) }
      let second = try run(defense, start, Session(from: first.checkpoint))
      #expect(weights(second) == weights(whole))
    }
  }

  @Test func wrongStartsAreRefused() throws {
    let plain = Start.backbone(try backbone(embedding: 6))
    #expect(throws: LipSimError.needsTeachers(defense: "lipsim")) { try run("lipsim:steps=1", plain, Session()) }
    #expect(throws: LipSimError.teacherDimension(defense: "lipsim", teachers: 3, student: 6)) {
      try run("lipsim:steps=1", .student(try backbone(embedding: 6), teachers: [MeanColours()]), Session())
    }
    #expect(throws: LipSimError.needsBackbone(defense: "lipsim-finetune")) {
      try run("lipsim-finetune:steps=1", try student(), Session())
    }
  }
}
