internal import GauntletKit
internal import Networks

/// What the parts of a plan cost, in multiply-adds, roughly: it decides who does what, and no number.
///
/// A backward pass counts like a forward pass. Of a model the architecture is known; what other metrics compute is not, and
/// their cells are therefore spread evenly (see `Plan.parts`).
struct WorkEstimate {
  private let plan: Plan

  init(_ plan: Plan) { self.plan = plan }

  /// The models that must be there before a subject can be asked, with what they start from and imitate.
  func models(of subject: Suite.SubjectEntry) -> Set<String> { models(of: subject.source) }

  private func models(of source: Suite.SubjectEntry.Source) -> Set<String> {
    guard let key = source.model, let cell = plan.model(key) else { return [] }
    var found: Set<String> = [key]
    if case .model(let parent) = cell.entry.start { found.formUnion(models(of: .model(parent))) }
    for teacher in cell.entry.teachers { found.formUnion(models(of: teacher.source)) }
    return found
  }

  /// One pass of one image through a subject; nil where it is no network of this plan's.
  func pass(of source: Suite.SubjectEntry.Source) -> Double? { source.model.flatMap { pass(ofModel: $0) } }

  private func pass(ofModel key: String) -> Double? {
    guard let cell = plan.model(key),
      let images = plan.suite.datasets.first(where: { $0.key == cell.entry.dataset })?.dataset.images
    else { return nil }
    switch cell.entry.start {
    case .model(let parent): return pass(ofModel: parent)
    case .fresh(let blueprint):
      let extent = ImageExtent(channels: images.channels, height: images.height, width: images.width)
      let graph = try? Architectures.named(
        blueprint.architecture, embedding: blueprint.embedding, normalization: blueprint.normalization, input: extent)
      let work = try? graph?.flops(for: [1, images.channels, images.height, images.width])
      return work.map { Double($0) }
    }
  }

  /// A training: every image of every batch forward and backward, and as often again as its adversary steps.
  func training(of key: String) -> Double {
    guard let cell = plan.model(key), let pass = pass(ofModel: key) else { return 0 }
    let settings = cell.entry.use.settings
    func number(_ name: String) -> Double? { Double(settings.written(name)) }
    let dataset = plan.suite.datasets.first { $0.key == cell.entry.dataset }?.dataset
    let size =
      switch dataset {
      case let dataset as any RetrievalDataset: dataset.labels(.train).count
      case let dataset as any TripletDataset: dataset.count
      default: 0
      }
    let images = number("steps").map { $0 * (number("batch") ?? 1) } ?? Double(size) * (number("epochs") ?? 1)
    return images * (3 + 2 * (number("adversary-steps") ?? 0)) * pass
  }

  /// A clean gallery: one pass an image.
  func gallery(_ subject: Suite.SubjectEntry, _ dataset: Suite.DatasetEntry) -> Double {
    let count = (dataset.dataset as? any RetrievalDataset)?.labels(.test).count ?? 0
    return Double(count) * (pass(of: subject.source) ?? 0)
  }

  /// One sample of a cell, with its certificates.
  func sample(of cell: Plan.Cell) -> Double {
    let cost = cell.attack?.attack.expectedCost ?? Cost(forwards: 1, backwards: 0)
    let certificates = plan.certificates.filter { $0.key == cell.key }.reduce(0) { $0 + ($1.votes?.count ?? 1) }
    let searched = surrogate(of: cell) ?? cell.subject
    return Double(max(cost.forwards + cost.backwards, 1) + certificates) * max(pass(of: searched.source) ?? 0, 1)
  }

  func surrogate(of cell: Plan.Cell) -> Suite.SubjectEntry? {
    cell.attack?.surrogate.flatMap { key in plan.suite.subjects.first { $0.key == key } }
  }
}
