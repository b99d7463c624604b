import BuiltIns
import FileFormats
import Foundation
import GauntletKit
import Gradients
import Networks
import Tensors

/// What both sides of the ERS protocol attack: 6,000 images of 64 pixels, a ResNet-18 with 512 numbers, and the targets
/// that are drawn at random. Written into the folder that the sides share: `images.npy`, `labels.npy`, `queries.npy`,
/// `weights.safetensors`, and `targets.json` (gallery indices by attack).
///
/// `GAUNTLET_DATA` names the folder that holds tiny-imagenet, whose test split is taken then; without it images are drawn.
/// `ERS_WEIGHTS` names a ResNet-18 as `gauntlet train` writes it; without it weights are random, and batch norm knows the
/// statistics of the images.
struct ERSWorld {
  static let seed: UInt64 = 1
  private static let gallerySize = 6000

  let queries: [Int]
  let steps: Int
  private let registry: Registry
  private let metric: any EmbeddingMetric
  private let gallery: Gallery
  private let images: Tensor

  init(folder: URL) throws {
    registry = try BuiltIns.registry()
    let environment = ProcessInfo.processInfo.environment
    let count = try Self.number("ERS_QUERIES", 112, 1...Self.gallerySize)
    steps = try Self.number("ERS_STEPS", 32, 1...1000)
    let queries = (0..<count).map { $0 * Self.gallerySize / count }
    let source =
      environment["GAUNTLET_DATA"].map { "image-folder:path=\($0)/tiny-imagenet,size=64" }
      ?? "shapes:size=64,classes=200,train-per-class=1,test-per-class=60"
    guard let dataset = try registry.datasets.make(PluginReference(source)) as? any RetrievalDataset,
      dataset.labels(.test).count >= Self.gallerySize
    else { throw BenchError.badSetting("GAUNTLET_DATA", got: source, expected: "6,000 test images of 64 pixels") }
    let all = try dataset.images(.test, Array(0..<Self.gallerySize))
    let labels = dataset.labels(.test).prefix(Self.gallerySize)
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    if let given = environment["ERS_WEIGHTS"] {
      try FileManager.default.copyItem(atPath: given, toPath: path("weights.safetensors"))
    } else {
      let storage = try Self.randomNetwork(all).storage
      try SafeTensors(tensors: storage.tensors, metadata: storage.metadata).write(to: path("weights.safetensors"))
    }
    let weights = PluginReference(id: "embedding", settings: [("weights", path("weights.safetensors"))])
    guard let metric = try registry.metrics.make(weights) as? any EmbeddingMetric, metric.geometry == .sphere,
      metric.dimension == 512
    else {
      throw BenchError.badSetting(
        "ERS_WEIGHTS", got: environment["ERS_WEIGHTS"] ?? "", expected: "a ResNet-18 to 512 normalised numbers")
    }
    self.queries = queries
    self.metric = metric
    gallery = Gallery(
      embeddings: try metric.placedEmbeddings(of: all), labels: Array(labels), geometry: metric.geometry)
    images = all.rows(queries)
    try NPY.write(all, to: path("images.npy"))
    try NPY.write(Tensor(labels.map { Float($0) }, [labels.count]), to: path("labels.npy"))
    try NPY.write(Tensor(queries.map { Float($0) }, [count]), to: path("queries.npy"))
    let targets = try Dictionary(
      uniqueKeysWithValues: ["ca-plus", "ca-minus", "qa-plus", "qa-minus", "tma"].map { ($0, try drawnTargets(of: $0)) }
    )
    try JSONEncoder().encode(targets).write(to: URL(fileURLWithPath: path("targets.json")))
  }

  func attack(_ id: String, steps: Int) throws -> any Attack {
    try registry.attacks.make(PluginReference("\(id):eps=8/255,alpha=3/255,steps=\(steps)"))
  }

  /// - Parameter ids: some of the queries.
  func task(_ ids: [Int]) throws -> RetrievalTask {
    let places = ids.map { queries.firstIndex(of: $0) ?? 0 }
    return RetrievalTask(metric: metric, gallery: gallery, ids: ids, images: images.rows(places), seed: Self.seed)
  }

  /// The target of each query.
  private func drawnTargets(of id: String) throws -> [Int] {
    let stages = try attack(id, steps: steps).stages(for: .retrieval(try task(queries)))
    return queries.indices.map { stages[0].objective.targets(of: $0)[0] }
  }

  static func number(_ name: String, _ fallback: Int, _ range: ClosedRange<Int>) throws -> Int {
    guard let text = ProcessInfo.processInfo.environment[name] else { return fallback }
    guard let value = Int(text), range.contains(value) else {
      throw BenchError.badSetting(name, got: text, expected: "an integer of \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// PyTorch's initialisation; batch norm's running statistics follow 40 batches of the images, and the last bias takes the
  /// mean embedding away: without that, all images would lie in one place.
  static func randomNetwork(_ images: Tensor) throws -> EmbeddingNetwork {
    let spec = ImageSpec(channels: 3, height: 64, width: 64)
    let graph = try Architectures.named(
      "resnet18", embedding: 512, normalization: .none, input: ImageExtent(channels: 3, height: 64, width: 64))
    let training = try TrainableNetwork(
      graph: graph, parameters: Parameters(initializing: graph, seed: seed), channels: 3, height: 64, width: 64)
    for batch in 0..<40 {
      let chosen = (0..<112).map { (batch * 112 + $0) * 977 % images.rows }
      _ = try training.train(Variable(constant: images.rows(chosen)), batchNorm: .batchStatistics)
    }
    var parameters = training.parameters
    let embeddings = try training.frozen()(images.rows((0..<448).map { $0 * 977 % images.rows }))
    for j in 0..<512 {
      let sum = (0..<embeddings.rows).reduce(0) { $0 + Double(embeddings[$1 * 512 + j]) }
      parameters["fc.bias"][j] -= Float(sum / Double(embeddings.rows))
    }
    return try EmbeddingNetwork(
      card: Card(id: "embedding", version: "1", title: "ResNet-18", definition: "", reference: ""),
      backbone: Backbone(
        architecture: "resnet18", normalization: .none, geometry: .sphere, images: spec, embedding: 512,
        parameters: parameters))
  }
}
