internal import Gradients
public import Tensors

/// Searches in a row, each of which looks only at the samples that hold so far: what AutoAttack's robust accuracy means.
///
/// Samples that are broken at the clean image are proposed as they are, without a search. After each part its proposals,
/// projected onto the threat model, are evaluated again by a clean forward pass; broken ones leave. A sample that holds to
/// the end is proposed with the lowest margin of all parts, or as it is clean where `keepsCleanOfUnbroken`, as published.
public struct Cascade: PartedSearch {
  public struct Part: Sendable {
    public let name: String
    public let search: any Search
    /// nil: the objective as it is.
    public let loss: DecisionLoss?
    /// Passes that one sample takes at the most.
    public let cost: Cost

    public init(_ name: String, _ search: any Search, loss: DecisionLoss? = nil, cost: Cost) {
      self.name = name
      self.search = search
      self.loss = loss
      self.cost = cost
    }
  }

  public let parts: [Part]
  public let keepsCleanOfUnbroken: Bool

  public init(_ parts: [Part], keepsCleanOfUnbroken: Bool = false) {
    precondition(!parts.isEmpty, "a cascade needs a part")
    self.parts = parts
    self.keepsCleanOfUnbroken = keepsCleanOfUnbroken
  }

  /// Passes that one sample takes at the most: one that holds to the end.
  public var expectedCost: Cost {
    parts.reduce(Cost(forwards: 1)) { $0 + $1.cost + Cost(forwards: 1) }
  }

  /// - Throws: `PluginError.unusable` where the objective does not decide, or a part's loss needs more classes than there
  ///   are; before anything is searched.
  public func runParts(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> (images: Tensor, parts: [String?]) {
    let decision = try objective.deciding(for: "cascade")
    let objectives = try parts.map { try $0.objective(decision) }
    var names = [String?](repeating: nil, count: samples.count)
    var result = images
    func margins(_ x: Tensor, _ places: [Int]) throws -> (values: [Float], isBroken: [Bool]) {
      let scores = try decision.scores(at: Variable(constant: x), samples: places).value
      return (decision.margins(of: scores, samples: places), decision.isBroken(scores, samples: places))
    }
    var (lowest, broken) = try margins(images, samples)
    var rows = samples.indices.filter { !broken[$0] }
    for (part, objective) in zip(parts, objectives) where !rows.isEmpty {
      let (clean, places) = (images.rows(rows), rows.map { samples[$0] })
      let found = threat.projected(
        try part.search.run(objective, from: clean, samples: places, within: threat, seeds: seeds.part(part.name)),
        around: clean)
      let (values, isBroken) = try margins(found, places)
      let better = rows.indices.filter {
        isBroken[$0] || (!keepsCleanOfUnbroken && values[$0] < lowest[rows[$0]])
      }
      result.setRows(better.map { rows[$0] }, to: found.rows(better))
      for place in better {
        names[rows[place]] = part.name
        lowest[rows[place]] = values[place]
      }
      rows = rows.indices.filter { !isBroken[$0] }.map { rows[$0] }
    }
    return (result, names)
  }
}

extension Cascade.Part {
  /// The decision with the part's loss.
  func objective(_ decision: any DecisionObjective) throws -> any Objective {
    switch loss {
    case nil: decision
    case .shift: ShiftOf(decision)
    case .some(let loss): try LossOf(decision, loss, for: name)
    }
  }
}

/// A search that is made of named parts, and says which of them each proposal came from.
public protocol PartedSearch: Search {
  /// - Returns: one proposal an image, and the part's name; nil where the clean image is proposed.
  func runParts(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> (images: Tensor, parts: [String?])
}

extension PartedSearch {
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    try runParts(objective, from: images, samples: samples, within: threat, seeds: seeds).images
  }
}
