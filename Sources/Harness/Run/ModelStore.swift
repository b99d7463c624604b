internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Glibc
internal import Tensors

/// A trained model, and how it came about.
struct TrainedModel: Sendable {
  let metric: EmbeddingNetwork
  let log: [String: [TrainingCheckpoint.LogPoint]]
  let steps: Int
  /// SHA-256 of the weights, in the order of their names.
  let weightsHash: String

  /// Writes weights with what is needed to use them, and how they came about.
  static func write(_ network: EmbeddingNetwork, _ session: TrainingRun, to path: String) throws {
    var metadata = network.storage.metadata
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    metadata["gauntlet.steps"] = "\(session.steps)"
    metadata["gauntlet.log"] = String(decoding: try encoder.encode(session.log), as: UTF8.self)
    try SafeTensors(tensors: network.storage.tensors, metadata: metadata).write(to: path)
  }
}

/// Trains what is missing, and keeps it under the hash of all that decides it.
struct ModelStore: Sendable {
  let folder: RunFolder
  let plan: Plan
  let progress: Progress

  /// The model from the folder, or trained now; a training that was interrupted goes on from its last checkpoint.
  ///
  /// In a folder that several runs share, one trains and the others wait; if it dies, the next goes on in its place.
  func model(_ key: String) throws -> TrainedModel {
    let cell = try cell(key)
    let path = folder.model(cell.id)
    if isTrained(cell) { return try load(path, cell) }
    guard folder.sharedModels != nil else { return try train(cell) }
    var isWaiting = false
    while true {
      if let lock = try FileLock.acquire(lockFile(cell)) {
        defer { withExtendedLifetime(lock) {} }
        return isTrained(cell) ? try load(path, cell) : try train(cell)
      }
      if !isWaiting { progress.note("train \(key): another process does it; waiting") }
      isWaiting = true
      try Interruption.check()
      usleep(200_000)
    }
  }

  /// Trains a model of a shared folder unless it is there, or another process is training it.
  func trainUnlessTaken(_ key: String) throws {
    let cell = try cell(key)
    guard folder.sharedModels != nil, !isTrained(cell), let lock = try FileLock.acquire(lockFile(cell)) else { return }
    defer { withExtendedLifetime(lock) {} }
    if !isTrained(cell) { _ = try train(cell) }
  }

  private func cell(_ key: String) throws -> Plan.ModelCell {
    guard let cell = plan.model(key) else {
      throw HarnessError.training(model: key, reason: "the suite has no such model")
    }
    return cell
  }

  func isTrained(_ cell: Plan.ModelCell) -> Bool {
    FileManager.default.fileExists(atPath: folder.model(cell.id))
  }

  private func lockFile(_ cell: Plan.ModelCell) -> String { folder.checkpoint(cell.id) + ".lock" }

  private func train(_ cell: Plan.ModelCell) throws -> TrainedModel {
    let (key, path) = (cell.entry.key, folder.model(cell.id))
    guard let dataset = plan.suite.datasets.first(where: { $0.key == cell.entry.dataset })?.dataset else {
      throw HarnessError.training(model: key, reason: "the suite has no dataset \(cell.entry.dataset)")
    }
    let data: TrainingData
    switch dataset {
    case let dataset as any RetrievalDataset: data = .retrieval(dataset)
    case let dataset as any TripletDataset: data = .triplets(dataset)
    default: throw HarnessError.training(model: key, reason: "\(cell.entry.dataset) is nothing to train on")
    }
    let backbone =
      switch cell.entry.start {
      case .fresh(let blueprint): try blueprint.backbone(for: dataset.images, seed: plan.suite.seed)
      case .model(let parent): try model(parent).metric.backbone
      }
    let teachers = try cell.entry.teachers.map { teacher -> any EmbeddingMetric in
      switch teacher.source {
      case .model(let key): return try model(key).metric
      case .metric(_, let metric):
        guard let metric = metric as? any EmbeddingMetric else {
          throw HarnessError.training(model: key, reason: "the teacher \(teacher.key) embeds nothing")
        }
        return metric
      case .wrapped: throw HarnessError.training(model: key, reason: "the teacher \(teacher.key) is a wrapper")
      }
    }
    let start: Start = teachers.isEmpty ? .backbone(backbone) : .student(backbone, teachers: teachers)
    let session = TrainingRun(
      seed: plan.suite.seed, title: "train \(key)", checkpoint: folder.checkpoint(cell.id), progress: progress)
    let metric = try cell.entry.defense.defend(start, with: data, in: session)
    guard let network = metric as? EmbeddingNetwork else {
      throw HarnessError.training(
        model: key, reason: "\(cell.entry.use.card.id) made a \(type(of: metric)), which cannot be stored")
    }
    try TrainedModel.write(network, session, to: path)
    session.finish()
    return try load(path, cell)
  }

  private func load(_ path: String, _ cell: Plan.ModelCell) throws -> TrainedModel {
    let file = try SafeTensors(contentsOf: path)
    let metric = try EmbeddingNetwork(
      tensors: file.tensors, metadata: file.metadata, card: cell.entry.use.card)
    let log = file.metadata["gauntlet.log"].flatMap {
      try? JSONDecoder().decode([String: [TrainingCheckpoint.LogPoint]].self, from: Data($0.utf8))
    }
    return TrainedModel(
      metric: metric, log: log ?? [:], steps: file.metadata["gauntlet.steps"].flatMap { Int($0) } ?? 0,
      weightsHash: ContentHash.of(file.tensors))
  }
}

extension ContentHash {
  /// Of named tensors, whatever file they came from.
  static func of(_ tensors: [String: Tensor]) -> String {
    of(
      tensors.sorted { $0.key < $1.key }.flatMap { name, tensor in
        [name, tensor.shape.description, tensor.withScalars { scalars in ContentHash.of(bytes: scalars) }]
      })
  }
}
