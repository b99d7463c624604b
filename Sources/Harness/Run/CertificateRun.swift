internal import Foundation
internal import GauntletKit
internal import Ledger
internal import Tensors

extension Runner {
  /// Settles what can be proved of a subject on a dataset: no attack is run, one forward pass an image.
  ///
  /// Where the metric claims no Lipschitz constant there is nothing to prove: the certificate has no rows, and the value
  /// "no-claim" says that it was asked.
  func certify(_ certificate: Plan.Certificate) throws {
    if try ledger.value(named: Self.noClaim, of: certificate.id) != nil { return }
    let settled = try ledger.samples(of: certificate.id)
    let missing = certificate.samples.filter { !settled.contains($0) }
    if missing.isEmpty { return }
    let subject = try loader.metric(certificate.subject)
    let claim = certificate.votes == nil ? try loader.claim(certificate.subject) : nil
    guard let metric = subject as? any EmbeddingMetric,
      claim != nil || certificate.votes != nil && metric is any NoisyMetric
    else { return try ledger.setValue(1, named: Self.noClaim, of: certificate.id) }
    progress.begin(certificate.title, done: certificate.samples.count - missing.count)
    if let claim { try ledger.setValue(claim.constant, named: Self.lipschitzConstant, of: certificate.id) }
    var done = certificate.samples.count - missing.count
    for start in stride(from: 0, to: missing.count, by: batch) {
      try Interruption.check()
      let ids = Array(missing[start..<min(start + batch, missing.count)])
      let task = try task(certificate, metric, ids)
      let rows: [LedgerRow]
      if let claim {
        rows = try certificate.attack.map { try Self.bounds($0.attack, task, claim) } ?? Self.radii(task, metric, claim)
      } else if let votes = certificate.votes, let noisy = metric as? any NoisyMetric {
        rows = try VoteRun(votes: votes, seed: plan.suite.seed).rows(task, noisy)
      } else {
        rows = []
      }
      try ledger.append(rows, to: certificate.id)
      done += ids.count
      progress.update(done: done, of: certificate.samples.count, unit: "samples")
    }
    progress.end("\(certificate.samples.count) samples")
  }

  /// Rows of the samples that no image of the threat model can harm, where the suite says to leave them alone: they cost
  /// no pass, and say so.
  func certifiedRows(of cell: Plan.Cell, _ ids: [Int]) throws -> [LedgerRow] {
    guard plan.suite.certification?.skipsCertified == true, let key = cell.attack?.key,
      let certificate = plan.certificates.first(where: {
        $0.subject.key == cell.subject.key && $0.dataset.key == cell.dataset.key && $0.attack?.key == key
      })
    else { return [] }
    let wanted = Set(ids)
    return try ledger.rows(of: certificate.id).filter { wanted.contains($0.sample) }.compactMap { row in
      guard let first = row.measures.first, first.after == first.before else { return nil }
      return LedgerRow(
        sample: row.sample, targets: row.targets,
        measures: row.measures.map { LedgerMeasure($0.name, before: $0.before, after: $0.before) },
        norms: LedgerNorms(linf: 0, l2: 0, l1: 0), forwards: 0, backwards: 0, stage: "certified", flags: ["certified"])
    }
  }

  static let noClaim = "no-claim"
  static let lipschitzConstant = "lipschitz-constant"

  private func task(_ certificate: Plan.Certificate, _ metric: any EmbeddingMetric, _ ids: [Int]) throws -> Task {
    if let dataset = certificate.dataset.dataset as? any TripletDataset {
      return .twoAlternative(
        try TwoAlternativeTask(
          metric: metric, ids: ids, triplets: try dataset.triplets(ids),
          moved: certificate.attack?.attack.threat.moved ?? .reference))
    }
    guard let dataset = certificate.dataset.dataset as? any RetrievalDataset else {
      throw PluginError.unusable(plugin: certificate.dataset.key, reason: "it has neither images nor triplets")
    }
    return .retrieval(
      RetrievalTask(
        metric: metric,
        gallery: try loader.gallery(certificate.subject, metric, dataset, key: certificate.dataset.key), ids: ids,
        images: try dataset.images(.test, ids), seed: plan.suite.seed))
  }

  /// Natural values and bounds of what an attack measures.
  private static func bounds(_ attack: any Attack, _ task: Task, _ claim: LipschitzClaim) throws -> [LedgerRow] {
    let images = task.images
    let samples = Array(0..<images.rows)
    guard let objective = try attack.stages(for: task).first?.objective as? any CertifiableObjective else { return [] }
    let before = try objective.outcomes(at: images, samples: samples)
    let radius = attack.threat.enclosingRadius(of: images.shape.rowCount / attack.threat.moved.count)
    let bounds = try objective.certifiedOutcomes(at: images, samples: samples, radius: radius, claim: claim)
    return samples.map { i in
      LedgerRow(
        sample: task.ids[i], targets: objective.targets(of: i),
        measures: objective.measures.enumerated().map { place, measure in
          LedgerMeasure(measure.name, before: before[i].values[place], after: bounds[i].values[place])
        }, forwards: 2, backwards: 0, stage: "certificate")
    }
  }

  private static func radii(
    _ task: Task, _ metric: any EmbeddingMetric, _ claim: LipschitzClaim
  ) throws -> [LedgerRow] {
    let radii: [[(String, Double)]]
    switch task {
    case .twoAlternative(let task):
      radii = try CertifiedRadii.twoAlternative(task, metric, claim).map { certificate in
        MovedImages.allCases.map { (CertifiedRadii.name($0), certificate[$0]) }
          + [(CertifiedRadii.published, certificate.published)]
      }
    case .retrieval(let task):
      radii = try CertifiedRadii.recall(task, claim).map { [(CertifiedRadii.recall, $0)] }
    }
    return task.ids.indices.map { i in
      LedgerRow(
        sample: task.ids[i], measures: radii[i].map { LedgerMeasure($0.0, before: $0.1, after: nil) }, forwards: 1,
        backwards: 0, stage: "certificate")
    }
  }
}

/// Radii as measures of a certificate without an attack.
enum CertifiedRadii {
  static func name(_ moved: MovedImages) -> String { "radius:\(moved.rawValue)" }
  static let published = "radius:published"
  static let recall = "radius:recall@1"

  /// 0 where the answer is not that of most people; the published formula likewise.
  static func twoAlternative(
    _ task: TwoAlternativeTask, _ metric: any EmbeddingMetric, _ claim: LipschitzClaim
  ) throws -> [TwoAlternativeCertificate] {
    let parts = try [task.triplets.references, task.triplets.first, task.triplets.second].map {
      try metric.embed(.init(constant: $0)).value
    }
    return task.ids.indices.map { i in
      TwoAlternativeCertificate(
        reference: parts[0].row(i).scalars, first: parts[1].row(i).scalars, second: parts[2].row(i).scalars,
        geometry: metric.geometry, claim: claim)
    }
  }

  static func recall(_ task: RetrievalTask, _ claim: LipschitzClaim) throws -> [Double] {
    try task.recallRadii(claim: claim)
  }
}
