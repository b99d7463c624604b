internal import FileFormats
internal import Foundation
public import GauntletKit
internal import Networks

/// One training outside of a suite.
public struct Training {
  public enum Origin: Sendable {
    case fresh(Blueprint)
    /// A weights file that says what network it is for.
    case weights(String)
  }

  private let defense: any Defense
  private let card: Card
  private let data: TrainingData
  private let start: Backbone
  private let teachers: [any EmbeddingMetric]
  private let seed: UInt64

  public init(
    defense: String, dataset: String, registry: Registry, seed: UInt64, teachers: [any EmbeddingMetric] = [],
    start: Origin
  ) throws {
    self.teachers = teachers
    let use = try PluginUse.resolve(defense, in: registry.defenses)
    self.defense = use.product
    card = use.use.card
    self.seed = seed
    let source = try PluginUse.resolve(dataset, in: registry.datasets).product
    switch source {
    case let source as any RetrievalDataset: data = .retrieval(source)
    case let source as any TripletDataset: data = .triplets(source)
    default: throw HarnessError.training(model: defense, reason: "\(dataset) is nothing to train on")
    }
    switch start {
    case .fresh(let blueprint): self.start = try blueprint.backbone(for: source.images, seed: seed)
    case .weights(let path):
      guard FileManager.default.fileExists(atPath: path) else {
        throw HarnessError.missing(path: path, what: "weights file")
      }
      let file = try SafeTensors(contentsOf: path)
      self.start = try EmbeddingNetwork(tensors: file.tensors, metadata: file.metadata, card: card).backbone
    }
  }

  /// Trains, and writes weights with what is needed to use them.
  public func run(to path: String, progress: Progress) throws {
    let session = TrainingRun(
      seed: seed, title: "train \(card.id)", checkpoint: path + ".checkpoint", progress: progress)
    let metric = try defense.defend(
      teachers.isEmpty ? .backbone(start) : .student(start, teachers: teachers), with: data, in: session)
    guard let network = metric as? EmbeddingNetwork else {
      throw HarnessError.training(model: card.id, reason: "it made a \(type(of: metric)), which cannot be stored")
    }
    try TrainedModel.write(network, session, to: path)
    session.finish()
  }
}

extension Blueprint {
  /// - Throws: `PluginError` for an unknown normalisation, geometry or architecture, with a suggestion.
  public init(architecture: String, embedding: Int, normalization: String, geometry: String) throws {
    func unknown(_ kind: String, _ id: String, _ known: [String]) -> PluginError {
      .unknown(kind: kind, id: id, suggestion: closest(to: id, in: known), known: known)
    }
    guard Architectures.isKnown(architecture) else {
      throw unknown("architecture", architecture, Architectures.names)
    }
    guard let scale = Normalization(rawValue: normalization) else {
      throw unknown("normalization", normalization, Normalization.allCases.map(\.rawValue))
    }
    guard let shape = Geometry(rawValue: geometry) else {
      throw unknown("geometry", geometry, Geometry.allCases.map(\.rawValue))
    }
    guard (2...65536).contains(embedding) else {
      throw PluginError.malformed("\(embedding)", reason: "an embedding has 2 to 65536 dimensions")
    }
    self.init(architecture: architecture, embedding: embedding, normalization: scale, geometry: shape, weights: nil)
  }
}
