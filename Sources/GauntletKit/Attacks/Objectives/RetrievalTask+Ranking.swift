internal import CKernels
public import Gradients
public import Tensors

// What the ranking objectives have in common. Own entries are told by index, never by a smallest distance.
extension RetrievalTask {
  /// Placed embeddings on the tape: [n, C, H, W] → [n, D].
  public func placed(_ images: Variable) throws -> Variable { gallery.geometry.placed(try metric.embed(images)) }

  /// Distances of the samples' clean images to the gallery that decides what is aimed at: [n, N].
  func cleanDistances(_ samples: [Int]) -> Tensor {
    aims.geometry.distances(aims.embeddings.rows(samples.map { ids[$0] }), toAll: aims.embeddings)
  }

  /// Calls `body` with each sample and its clean distances to the gallery, a block of samples at a time.
  func forEachCleanRow(_ body: (_ sample: Int, _ distances: UnsafeBufferPointer<Float>) throws -> Void) rethrows {
    for first in stride(from: 0, to: ids.count, by: 64) {
      let samples = Array(first..<min(first + 64, ids.count))
      let distances = cleanDistances(samples)
      try distances.withScalars { scalars in
        for (row, sample) in samples.enumerated() {
          try body(sample, UnsafeBufferPointer(rebasing: scalars[row * gallery.count..<(row + 1) * gallery.count]))
        }
      }
    }
  }

  /// The `count` gallery items nearest to each clean image, its own entry left out, by (distance, index).
  /// - Parameter mode: faithful leaves out the very nearest item, whichever it is.
  public func nearest(_ count: Int, mode: AttackMode = .corrected) -> [[Int]] {
    let own = ownEntries(mode)
    var lists = [[Int]](repeating: [], count: ids.count)
    forEachCleanRow { sample, distances in
      lists[sample] = smallest(count, of: distances) { $0 != own[sample] }
    }
    return lists
  }

  /// Where each image's own entry is taken to be: by index, or, faithful to the published code, where the gallery is
  /// nearest to the clean image; that is another place only where images have duplicates.
  func ownEntries(_ mode: AttackMode) -> [Int] {
    guard mode == .faithful else { return ids }
    var entries = ids
    forEachCleanRow { sample, distances in
      entries[sample] = smallest(1, of: distances) { _ in true }.first ?? ids[sample]
    }
    return entries
  }

  /// The size of the pool of near items, "the top 1%": max(1, ⌊N/100⌋), the image's own entry not counted.
  /// - Throws: `PluginError.unusable` where the gallery holds nothing but the image itself, or fewer than `needed`.
  func nearPoolSize(needed: Int, for attack: String) throws -> Int {
    let size = max(1, gallery.count / 100)
    guard gallery.count > 1, size >= needed else {
      throw PluginError.unusable(
        plugin: attack,
        reason:
          "a gallery of \(gallery.count) images has \(gallery.count > 1 ? size : 0) in its nearest 1%, expected at "
          + "least \(needed); take a larger gallery or fewer targets")
    }
    return size
  }

  /// Which samples' nearest gallery item, own entry left out, has the sample's label; of equally near ones, that of the
  /// lowest index counts. False where the gallery holds nothing else, or no distance is a number.
  /// - Parameter entries: the own entries of all samples, where they are not told by index.
  public func recallAt1(_ embeddings: Tensor, samples: [Int], entries: [Int]? = nil) -> [Bool] {
    let distances = gallery.geometry.distances(embeddings, toAll: gallery.embeddings)
    return distances.withScalars { scalars in
      samples.enumerated().map { row, sample in
        let own = ids[sample]
        let masked = entries?[sample] ?? own
        let items = UnsafeBufferPointer(rebasing: scalars[row * gallery.count..<(row + 1) * gallery.count])
        return smallest(1, of: items) { $0 != masked }.first.map { gallery.labels[$0] == gallery.labels[own] } ?? false
      }
    }
  }

  /// Rows of placed embeddings, divided by their norm in every geometry.
  func normalized(_ placed: Tensor) -> Tensor { gallery.geometry.isNormalized ? placed : placed.normalizedRows() }
}

/// Indices of the smallest allowed values, by (value, index); values that are not numbers are left out.
func smallest(_ count: Int, of values: UnsafeBufferPointer<Float>, where isAllowed: (Int) -> Bool) -> [Int] {
  if count == 1 {
    var best: Int?
    for i in values.indices where !values[i].isNaN && isAllowed(i) && values[i] < (best.map { values[$0] } ?? .infinity)
    {
      best = i
    }
    return best.map { [$0] } ?? []
  }
  let allowed = values.indices.filter { isAllowed($0) && !values[$0].isNaN }
  return Array(allowed.sorted { (values[$0], $0) < (values[$1], $1) }.prefix(count))
}
