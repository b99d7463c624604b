/// Where each buffer of a program lies in one arena: buffers whose lives do not overlap share memory.
struct ArenaPlan: Sendable {
  /// In floats; −1 for buffers that this plan does not use.
  let offsets: [Int]
  let count: Int

  /// - Parameters:
  ///   - sizes: floats of each buffer.
  ///   - lives: first and last step that touch each buffer; nil if none does.
  init(sizes: [Int], lives: [ClosedRange<Int>?]) {
    var offsets = [Int](repeating: -1, count: sizes.count)
    var total = 0
    var placed: [(range: Range<Int>, life: ClosedRange<Int>)] = []
    // Large buffers first: small ones then fill the gaps.
    let order = sizes.indices.filter { lives[$0] != nil }.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    for buffer in order {
      guard let life = lives[buffer] else { continue }
      let size = (max(sizes[buffer], 1) + 15) / 16 * 16
      var offset = 0
      for other in placed.filter({ $0.life.overlaps(life) }).sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        if offset + size <= other.range.lowerBound { break }
        offset = max(offset, other.range.upperBound)
      }
      offsets[buffer] = offset
      placed.append((offset..<offset + size, life))
      total = max(total, offset + size)
    }
    self.offsets = offsets
    count = total
  }
}
