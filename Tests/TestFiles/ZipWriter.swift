/// Zip archives, also such as no tool would write.
public struct ZipWriter: Sendable {
  public struct Entry: Sendable {
    public var name: String
    /// The bytes of the archive, and how many it says that there are, compressed and not.
    public var bytes: [UInt8]
    public var compressed: Int
    public var size: Int
    public var method = 0
    public var flags = 0
    /// Where the directory says that it is; nil for where it is.
    public var header: Int?

    public init(_ name: String, _ bytes: [UInt8], isDeflated: Bool = false) {
      self.name = name
      self.bytes = isDeflated ? StoredBlocks.blocks(bytes) : bytes
      compressed = self.bytes.count
      size = bytes.count
      method = isDeflated ? 8 : 0
    }
  }

  /// Whether all sizes and places are written in 64 bits.
  public var isLarge = false
  public var comment: [UInt8] = []
  /// How many more entries the directory announces than it has, and how many more bytes.
  public var extraCount = 0
  public var extraSize = 0

  public init(isLarge: Bool = false) { self.isLarge = isLarge }

  public func archive(_ entries: [Entry]) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let place = entry.header ?? file.count
      let name = Array(entry.name.utf8)
      file += little(0x0403_4B50, 4) + little(20, 2) + common(entry) + little(name.count, 2) + little(0, 2)
      file += name + entry.bytes
      let extra =
        isLarge ? little(1, 2) + little(24, 2) + [entry.size, entry.compressed, place].flatMap { little($0, 8) } : []
      directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + common(entry) + little(name.count, 2)
      directory += little(extra.count, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
      directory += little(isLarge ? 0xFFFF_FFFF : place, 4) + name + extra
    }
    return file + directory + end(entries.count + extraCount, directory.count + extraSize, file.count)
  }

  /// What the two headers of an entry have in common.
  private func common(_ entry: Entry) -> [UInt8] {
    little(entry.flags, 2) + little(entry.method, 2) + little(0, 4) + little(Int(StoredBlocks.checksum(entry.bytes)), 4)
      + little(isLarge ? 0xFFFF_FFFF : entry.compressed, 4) + little(isLarge ? 0xFFFF_FFFF : entry.size, 4)
  }

  private func end(_ count: Int, _ size: Int, _ start: Int) -> [UInt8] {
    var record: [UInt8] = []
    if isLarge {
      record = little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4) + little(0, 4)
      record += little(count, 8) + little(count, 8) + little(size, 8) + little(start, 8)
      record += little(0x0706_4B50, 4) + little(0, 4) + little(start + size, 8) + little(1, 4)
    }
    let (count, size, start) = isLarge ? (0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF) : (count, size, start)
    return record + little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2) + little(size, 4)
      + little(start, 4) + little(comment.count, 2) + comment
  }

  private func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
