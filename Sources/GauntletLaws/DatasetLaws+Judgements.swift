public import GauntletKit
internal import Tensors

extension DatasetLaws {
  /// Checks the pairs at `indices`; at least 2 of them.
  public static func violations(of dataset: any PairDataset, indices: [Int]) throws -> [LawViolation] {
    let pairs = try dataset.pairs(indices)
    var violations = try violations(
      of: dataset, indices: indices, parts: ["first": pairs.first, "second": pairs.second]
    ) {
      let pairs = try dataset.pairs($0)
      return ["first": pairs.first, "second": pairs.second]
    }
    for (index, share) in zip(indices, pairs.same) where !(share >= 0 && share <= 1) {
      violations.append(LawViolation("dataset: votes are shares in [0, 1]", "pair \(index) has \(share)"))
    }
    if try dataset.pairs(indices).same != pairs.same || indices.map({ try dataset.pairs([$0]).same[0] }) != pairs.same {
      violations.append(LawViolation("dataset: equal questions have equal answers", "the votes differ"))
    }
    return violations
  }

  /// Checks the trios at `indices`; at least 2 of them.
  public static func violations(of dataset: any OddOneOutDataset, indices: [Int]) throws -> [LawViolation] {
    func parts(_ indices: [Int]) throws -> [String: Tensor] {
      let trios = try dataset.trios(indices)
      return ["first": trios.first, "second": trios.second, "odd": trios.odd]
    }
    return try violations(of: dataset, indices: indices, parts: parts(indices), parts)
  }

  private static func violations(
    of dataset: any Dataset, indices: [Int], parts: [String: Tensor], _ asked: ([Int]) throws -> [String: Tensor]
  ) throws -> [LawViolation] {
    var violations: [LawViolation] = []
    let again = try asked(indices)
    for (name, images) in parts.sorted(by: { $0.key < $1.key }) {
      violations += check(images, count: indices.count, spec: dataset.images, what: name)
      if again[name] != images {
        violations.append(LawViolation("dataset: equal questions have equal answers", "\(name) differs"))
      }
      for (place, index) in indices.enumerated() where try asked([index])[name]?.row(0) != images.row(place) {
        violations.append(
          LawViolation("dataset: images come in the order asked for", "\(name) of \(index) is not at place \(place)"))
      }
    }
    return violations + (try contentViolations(of: dataset))
  }
}
