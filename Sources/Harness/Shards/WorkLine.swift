/// Work in an order, to be cut into pieces of about the same cost.
package struct WorkLine {
  /// Samples of a cell, one after the other.
  package struct Item {
    package let cell: Int
    package let count: Int
    package let each: Double
    /// Whether it cannot be cut.
    package let isWhole: Bool
    /// What a piece must have before it can do any of it, with its cost, once a piece.
    package let needs: [String: Double]

    package init(cell: Int, count: Int, each: Double, isWhole: Bool, needs: [String: Double]) {
      self.cell = cell
      self.count = count
      self.each = each
      self.isWhole = isWhole
      self.needs = needs
    }
  }

  /// Places of samples in a cell.
  package struct Piece: Hashable {
    package let cell: Int
    package let samples: Range<Int>
  }

  private let items: [Item]

  package init(_ items: [Item]) { self.items = items }

  /// As many lists of pieces as asked for, the last ones perhaps empty; the dearest list is as cheap as it can be, to a
  /// millionth.
  package func cut(_ count: Int) -> [[Piece]] {
    guard count > 1 else { return padded(pieces(within: .infinity, atMost: 1) ?? [], count) }
    var needs: [String: Double] = [:]
    var whole = 0.0
    for item in items {
      whole += item.each * Double(item.count)
      needs.merge(item.needs) { first, _ in first }
    }
    // Sorted: a sum must not depend on the order of a dictionary, or shards would cut differently.
    whole += needs.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    var (low, high) = (0.0, whole * 2 + 1)
    var best = pieces(within: high, atMost: count) ?? []
    for _ in 0..<60 where high - low > high * 1e-6 {
      let middle = (low + high) / 2
      if let found = pieces(within: middle, atMost: count) { (best, high) = (found, middle) } else { low = middle }
    }
    return padded(best, count)
  }

  private func padded(_ lists: [[Piece]], _ count: Int) -> [[Piece]] {
    lists + [[Piece]](repeating: [], count: max(0, count - lists.count))
  }

  /// Fills one list after the other up to a cost; nil if that takes more lists than allowed, or one sample costs more.
  private func pieces(within limit: Double, atMost count: Int) -> [[Piece]]? {
    var lists: [[Piece]] = [[]]
    var (load, known) = (0.0, Set<String>())
    for item in items {
      var first = 0
      while first < item.count {
        let needs = item.needs.sorted { $0.key < $1.key }.filter { !known.contains($0.key) }.reduce(0) { $0 + $1.value }
        let room = limit - load - needs
        let left = item.count - first
        let fits =
          item.isWhole
          ? (room >= item.each * Double(left) ? left : 0)
          : (room >= item.each * Double(left) ? left : max(0, Int(room / item.each)))
        if fits == 0 {
          // An empty list that cannot take it: no list can.
          guard load > 0, lists.count < count else { return nil }
          lists.append([])
          (load, known) = (0, [])
          continue
        }
        lists[lists.count - 1].append(Piece(cell: item.cell, samples: first..<first + fits))
        load += needs + item.each * Double(fits)
        known.formUnion(item.needs.keys)
        first += fits
      }
    }
    return lists
  }
}
