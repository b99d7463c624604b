package import Tensors

/// Runs `body(first, count)` over blocks of rows that cover 0..<rows, spread over the workers where it is worth it.
///
/// Blocks are cut by the size of the work alone. `body` writes to the rows that it is given and to nothing else.
/// - Parameter work: multiplications a row.
package func forEachRowBlock(_ rows: Int, work: Int, _ body: @Sendable (_ first: Int, _ count: Int) -> Void) {
  // Rows whose work does not fit a cache share the reading of the other matrix with more rows.
  let least = work > 1 << 23 ? 28 : 8
  let block = rows * work < 1 << 18 ? max(rows, 1) : max(least, (1 << 17) / max(work, 1))
  Workers.forEach((rows + block - 1) / block) { body($0 * block, min(block, rows - $0 * block)) }
}

extension UnsafeBufferPointer {
  /// The pointer, fit to be captured by work that runs on several threads; also of no elements.
  package var shared: Unchecked<UnsafePointer<Element>> {
    Unchecked(baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Element>.alignment)!)
  }
}

extension UnsafeMutableBufferPointer {
  package var shared: Unchecked<UnsafeMutablePointer<Element>> {
    Unchecked(baseAddress ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!)
  }
}
