internal import Tensors

/// How an objective draws its targets: by (seed, attack, sample), so that they depend on nothing else.
struct TargetChoice {
  let task: RetrievalTask
  /// The attack's id, as its card says.
  let attack: String
  var mode = AttackMode.corrected

  private func stream(_ sample: Int) -> RandomStream {
    RandomStream(seed: task.seed, [attack, "target"], [task.ids[sample]])
  }

  /// What an attack on ranks aims at: upward, items from anywhere or from the sample's ranks of 1% to 5%; downward, near ones.
  func toMove(_ direction: RankDirection, _ count: Int, isLocal: Bool, distinct: Bool) throws -> [[Int]] {
    switch direction {
    case .up: try isLocal ? local(count) : anywhere(count)
    case .down: try near(count, distinct: distinct)
    }
  }

  /// `count` items for each sample, drawn uniformly with replacement from the gallery without the sample's own entry;
  /// faithful to the published code: with it.
  func anywhere(_ count: Int) throws -> [[Int]] {
    let total = task.gallery.count
    guard total > 1 else {
      throw PluginError.unusable(
        plugin: attack, reason: "a gallery of \(total) images has no target besides the attacked image, expected 2")
    }
    return task.ids.indices.map { sample in
      var random = stream(sample)
      return (0..<count).map { _ in
        if mode == .faithful { return random.integer(below: total) }
        let draw = random.integer(below: total - 1)
        return draw < task.ids[sample] ? draw : draw + 1
      }
    }
  }

  /// `count` items for each sample from its nearest 1%: with replacement, or distinct ones.
  func near(_ count: Int, distinct: Bool) throws -> [[Int]] {
    let size = try task.nearPoolSize(needed: distinct ? count : 1, for: attack)
    return try task.nearest(size, mode: mode).enumerated().map { sample, pool in
      guard pool.count == size else { throw TargetChoice.notANumber(attack) }
      var random = stream(sample)
      var pool = pool
      if distinct {
        random.shuffle(&pool)
        return Array(pool.prefix(count))
      }
      return (0..<count).map { _ in pool[random.integer(below: pool.count)] }
    }
  }

  /// `count` items for each sample from its ranks of 1% to 5%, with replacement.
  func local(_ count: Int) throws -> [[Int]] {
    let (first, last) = (task.gallery.count / 100, task.gallery.count / 20)
    guard last > first else {
      throw PluginError.unusable(
        plugin: attack, reason: "a gallery of \(task.gallery.count) images has no ranks of 1% to 5%, expected 20 images"
      )
    }
    return try task.nearest(last, mode: mode).enumerated().map { sample, pool in
      guard pool.count == last else { throw TargetChoice.notANumber(attack) }
      var random = stream(sample)
      return (0..<count).map { _ in pool[first + random.integer(below: last - first)] }
    }
  }

  /// Each sample's `count` nearest items, in a random order.
  func first(_ count: Int) throws -> [[Int]] {
    try nearestBesides(nil, count).enumerated().map { sample, items in
      var random = stream(sample)
      var items = items
      random.shuffle(&items)
      return items
    }
  }

  /// The `count` items nearest to each sample that are not among its `others`, nearest first.
  func nearestBesides(_ others: [[Int]]?, _ count: Int) throws -> [[Int]] {
    let needed = count + (others?.map(\.count).max() ?? 0)
    guard task.gallery.count > needed else {
      throw PluginError.unusable(
        plugin: attack,
        reason: "a gallery of \(task.gallery.count) images is too small for \(needed) near items, expected "
          + "\(needed + 1) images")
    }
    return try task.nearest(needed, mode: mode).enumerated().map { sample, items in
      guard items.count == needed else { throw TargetChoice.notANumber(attack) }
      return Array(items.filter { others?[sample].contains($0) != true }.prefix(count))
    }
  }

  /// What is thrown where a clean image has no neighbours because its distances are not numbers.
  static func notANumber(_ attack: String) -> PluginError {
    .unusable(
      plugin: attack,
      reason:
        "distances between clean images are not numbers, so no target can be chosen; the metric's weights are broken"
    )
  }
}
