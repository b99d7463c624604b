internal import GauntletKit
internal import Tensors

// What somebody who does not trust this program needs to check its verdicts: see Tests/Reference/confirm_adversarial.py.
extension Runner {
  /// One line a cell of exported images:
  /// - `file`: the images' name in the folder; row i is the cell's i-th sample, ascending, as in the rows.
  /// - `cell`, `subject`, `dataset`, `attack`: as in the rows.
  /// - `plugin`, `mode`: the attack's plugin, "corrected" or "faithful".
  /// - `norm`, `epsilon`: the threat model.
  /// - `geometry`: the subject's metric letter; empty where it embeds nothing.
  /// - `weights`: its safetensors file, below the run's folder or as the suite names it; empty where it has none.
  /// - `gallery`, `labels`: names in the folder of the clean test images and of their labels; empty where nothing is ranked.
  public func evidenceAsCSV(of cells: [Plan.Cell]) throws -> String {
    var lines = ["file,cell,subject,dataset,attack,plugin,mode,norm,epsilon,geometry,weights,gallery,labels"]
    for cell in cells {
      guard let entry = cell.attack else { continue }
      let metric = try loader.metric(cell.subject) as? any EmbeddingMetric
      let isRanked = cell.task == .retrieval
      let fields = [
        Runner.imagesFile(of: cell), cell.id, cell.subject.key, cell.dataset.key, entry.key, entry.use.card.id,
        entry.attack.mode.rawValue, entry.attack.threat.norm.rawValue, "\(entry.attack.threat.epsilon)",
        metric?.geometry.rawValue ?? "", weights(of: cell.subject),
        isRanked ? Runner.galleryFile(of: cell.dataset.key) : "",
        isRanked ? Runner.labelsFile(of: cell.dataset.key) : "",
      ]
      lines.append(fields.map(Runner.quoted).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  public static func imagesFile(of cell: Plan.Cell) -> String { "\(cell.id.prefix(16)).npy" }
  public static func galleryFile(of dataset: String) -> String { "gallery-\(dataset).npy" }
  public static func labelsFile(of dataset: String) -> String { "labels-\(dataset).npy" }

  private func weights(of subject: Suite.SubjectEntry) -> String {
    switch subject.source {
    case .metric(let use, _): use.settings.resolved.first { $0.name == "weights" }?.text ?? ""
    case .model(let key): plan.model(key).map { "models/\($0.id).safetensors" } ?? ""
    case .wrapped(_, _, let inner): weights(of: inner)
    }
  }
}
