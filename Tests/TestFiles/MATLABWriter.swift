/// Files of MATLAB's version 5, of either byte order, with small elements where they fit as MATLAB writes them.
public struct MATLABWriter: Sendable {
  public indirect enum Value: Sendable {
    /// Numbers of class double, stored as such.
    case doubles([Int], [Double])
    /// Numbers of class double that are stored in one byte each.
    case small([Int], [UInt8])
    case logicals([Int], [Bool])
    /// One row.
    case text(String)
    case cells([Int], [Value])
    /// The values of all fields of the first element, then those of the second.
    case structs([Int], fields: [String], [Value])
    /// An element of type matrix with any content, for lies.
    case raw([UInt8])
  }

  public var isBigEndian: Bool

  public init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

  /// The file of these variables, each in an element of its own.
  public func file(_ variables: [(name: String, value: Value)], isCompressed: Bool = false) -> [UInt8] {
    header + variables.flatMap { element($0.name, $0.value, isCompressed: isCompressed) }
  }

  /// The first 128 bytes of a file.
  public var header: [UInt8] {
    let text = Array("MATLAB 5.0 MAT-file, written by a test".utf8)
    return text + [UInt8](repeating: 0x20, count: 124 - text.count) + integer(UInt16(0x0100))
      + integer(UInt16(0x4D49))
  }

  /// The element of a variable.
  public func element(_ name: String, _ value: Value, isCompressed: Bool = false) -> [UInt8] {
    let plain = array(name, value)
    guard isCompressed else { return plain }
    let deflated = StoredBlocks.zlib(plain)
    return integer(UInt32(15)) + integer(UInt32(deflated.count)) + deflated
  }

  /// An element with its tag, padded.
  public func element(type: UInt32, _ content: [UInt8]) -> [UInt8] {
    if type != 14, (1...4).contains(content.count) {
      return integer(UInt32(content.count) << 16 | type) + content + [UInt8](repeating: 0, count: 4 - content.count)
    }
    return integer(type) + integer(UInt32(content.count)) + content
      + [UInt8](repeating: 0, count: (8 - content.count % 8) % 8)
  }

  /// What an array has before its content: flags, extents and name.
  public func opening(_ name: String, class code: UInt32, flags: UInt32 = 0, _ extents: [Int]) -> [UInt8] {
    element(type: 6, integer(flags << 8 | code) + integer(UInt32(0)))
      + element(type: 5, extents.flatMap { integer(UInt32(truncatingIfNeeded: $0)) })
      + element(type: 1, Array(name.utf8))
  }

  public func integer<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? word.bigEndian : word.littleEndian) { Array($0) }
  }

  private func array(_ name: String, _ value: Value) -> [UInt8] {
    let content: [UInt8]
    switch value {
    case .doubles(let extents, let numbers):
      content =
        opening(name, class: 6, extents) + element(type: 9, numbers.flatMap { integer($0.bitPattern) })
    case .small(let extents, let numbers): content = opening(name, class: 6, extents) + element(type: 2, numbers)
    case .logicals(let extents, let truths):
      content = opening(name, class: 9, flags: 2, extents) + element(type: 2, truths.map { $0 ? 1 : 0 })
    case .text(let text):
      content =
        opening(name, class: 4, [1, text.utf16.count]) + element(type: 4, text.utf16.flatMap { integer($0) })
    case .cells(let extents, let cells):
      content = opening(name, class: 1, extents) + cells.flatMap { array("", $0) }
    case .structs(let extents, let fields, let values):
      let names = fields.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: 32 - $0.utf8.count) }
      content =
        opening(name, class: 2, extents) + element(type: 5, integer(UInt32(32))) + element(type: 1, names)
        + values.flatMap { array("", $0) }
    case .raw(let bytes): content = bytes
    }
    return element(type: 14, content)
  }
}
