public import GauntletKit
internal import Tensors

/// What every dataset owes to whoever uses it.
public enum DatasetLaws {
  /// Checks both splits on `indices` that exist in each; at least 2 of them.
  public static func violations(of dataset: any RetrievalDataset, indices: [Int]) throws -> [LawViolation] {
    var violations: [LawViolation] = []
    for split in Split.allCases {
      let labels = dataset.labels(split)
      for (index, label) in labels.enumerated() where !dataset.classNames.indices.contains(label) {
        violations.append(
          LawViolation(
            "dataset: labels index the classes",
            "\(split) image \(index) has label \(label) of \(dataset.classNames.count)"))
        break
      }
      guard let largest = indices.max(), largest < labels.count else {
        violations.append(
          LawViolation("dataset: every index has a label", "\(split) has \(labels.count) labels, asked for \(indices)"))
        continue
      }
      let images = try dataset.images(split, indices)
      violations += check(images, count: indices.count, spec: dataset.images, what: "\(split) images")
      if try dataset.images(split, indices) != images {
        violations.append(LawViolation("dataset: equal questions have equal answers", "\(split) images differ"))
      }
      for (place, index) in indices.enumerated() where try dataset.images(split, [index]).row(0) != images.row(place) {
        violations.append(
          LawViolation(
            "dataset: images come in the order asked for", "\(split) image \(index) is not at place \(place)"))
      }
    }
    return violations + (try contentViolations(of: dataset))
  }

  /// Checks the triplets at `indices`; at least 2 of them.
  public static func violations(of dataset: any TripletDataset, indices: [Int]) throws -> [LawViolation] {
    var violations: [LawViolation] = []
    let triplets = try dataset.triplets(indices)
    let parts: [(String, (Triplets) -> Tensor)] = [
      ("references", { $0.references }), ("first candidates", { $0.first }), ("second candidates", { $0.second }),
    ]
    let again = try dataset.triplets(indices)
    for (name, part) in parts {
      violations += check(part(triplets), count: indices.count, spec: dataset.images, what: name)
      if part(again) != part(triplets) {
        violations.append(LawViolation("dataset: equal questions have equal answers", "\(name) differ"))
      }
    }
    for (place, index) in indices.enumerated() {
      let single = try dataset.triplets([index])
      if parts.contains(where: { $0.1(single).row(0) != $0.1(triplets).row(place) })
        || single.votes[0] != triplets.votes[place]
      {
        violations.append(
          LawViolation("dataset: triplets come in the order asked for", "triplet \(index) is not at place \(place)"))
      }
      if !(triplets.votes[place] >= 0 && triplets.votes[place] <= 1) {
        violations.append(
          LawViolation("dataset: votes are shares in [0, 1]", "triplet \(index) has \(triplets.votes[place])"))
      }
    }
    return violations + (try contentViolations(of: dataset))
  }

  static func check(_ images: Tensor, count: Int, spec: ImageSpec, what: String) -> [LawViolation] {
    guard images.shape == spec.shape(count) else {
      return [
        LawViolation(
          "dataset: images have the size that it says", "\(what) are \(images.shape), expected \(spec.shape(count))")
      ]
    }
    let outside = images.scalars.filter { !($0 >= 0 && $0 <= 1) }
    return outside.isEmpty
      ? [] : [LawViolation("dataset: values are in [0, 1]", "\(what) hold \(outside.count) others, like \(outside[0])")]
  }

  static func contentViolations(of dataset: any Dataset) throws -> [LawViolation] {
    func digest() throws -> UInt64 {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      try dataset.forEachContent { bytes in
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      }
      return hash
    }
    return try digest() == digest() ? [] : [LawViolation("dataset: its identity stays", "its content differs")]
  }
}
