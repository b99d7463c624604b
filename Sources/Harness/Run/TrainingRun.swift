internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Tensors

/// One training, watched: progress to the terminal, checkpoints to the folder, curves to the result.
final class TrainingRun: TrainingSession, @unchecked Sendable {
  let seed: UInt64
  private let title: String
  private let path: String
  private let progress: Progress
  private var points: [String: [TrainingCheckpoint.LogPoint]] = [:]
  private var saved = Date()
  private var begun = false
  private(set) var steps = 0

  /// How much work a kill may cost, in seconds. Decides no number.
  private static let interval = 20.0

  init(seed: UInt64, title: String, checkpoint path: String, progress: Progress) {
    self.seed = seed
    self.title = title
    self.path = path
    self.progress = progress
  }

  var log: [String: [TrainingCheckpoint.LogPoint]] { points }

  func restored() throws -> TrainingCheckpoint? {
    guard FileManager.default.fileExists(atPath: path) else {
      begin(at: 0)
      return nil
    }
    let file = try SafeTensors(contentsOf: path)
    guard let step = file.metadata["step"].flatMap({ Int($0) }), let log = file.metadata["log"],
      let points = try? JSONDecoder().decode([String: [TrainingCheckpoint.LogPoint]].self, from: Data(log.utf8))
    else {
      throw HarnessError.unreadable(path: path, reason: "not a checkpoint of this program; remove it to start afresh")
    }
    self.points = points
    begin(at: step)
    progress.note("\(title): going on from step \(step)")
    return TrainingCheckpoint(step: step, tensors: file.tensors, log: points)
  }

  private func begin(at step: Int) {
    begun = true
    steps = step
    progress.begin(title, done: step)
  }

  func completed(step: Int, of total: Int, checkpoint: () throws -> TrainingCheckpoint) throws {
    if !begun { begin(at: 0) }
    steps = step
    progress.update(done: step, of: total, unit: "steps")
    let interrupted = (try? Interruption.check()) == nil
    guard interrupted || (Date().timeIntervalSince(saved) > TrainingRun.interval && step < total) else { return }
    var state = try checkpoint()
    state.log = points
    try save(state)
    saved = Date()
    if interrupted { throw HarnessError.interrupted }
  }

  private func save(_ checkpoint: TrainingCheckpoint) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let log = String(decoding: try encoder.encode(checkpoint.log), as: UTF8.self)
    var file = SafeTensors(tensors: checkpoint.tensors, metadata: [:])
    file.metadata = ["step": "\(checkpoint.step)", "log": log]
    try file.write(to: path)
  }

  func log(_ series: String, step: Int, value: Double) {
    points[series, default: []].append(TrainingCheckpoint.LogPoint(step: step, value: value))
  }

  /// The model is stored: the checkpoint has done its work.
  func finish() {
    try? FileManager.default.removeItem(atPath: path)
    progress.end("\(steps) steps")
  }
}
