/// Pickles of protocol 2 in pieces, and PyTorch files of them. A piece leaves one value on the stack.
public enum PickleWriter {
  public static func pickle(_ piece: [UInt8], protocol version: UInt8 = 2) -> [UInt8] {
    [0x80, version] + piece + [0x2E]
  }

  public static func text(_ text: String) -> [UInt8] { [0x58] + little(text.utf8.count, 4) + Array(text.utf8) }

  public static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + little(value, 8) }

  public static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap { $0 } + [0x74] }

  public static func list(_ items: [[UInt8]]) -> [UInt8] { [0x5D, 0x28] + items.flatMap { $0 } + [0x65] }

  public static func dictionary(_ pairs: [(String, [UInt8])]) -> [UInt8] {
    [0x7D, 0x28] + pairs.flatMap { text($0.0) + $0.1 } + [0x75]
  }

  public static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

  public static func call(_ module: String, _ name: String, _ arguments: [[UInt8]]) -> [UInt8] {
    global(module, name) + tuple(arguments) + [0x52]
  }

  public static func storage(_ count: Int, key: String = "0", type: String = "FloatStorage") -> [UInt8] {
    tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(count)]) + [0x51]
  }

  public static func tensor(
    _ storage: [UInt8], offset: Int = 0, _ extents: [Int], strides: [Int], behind: [[UInt8]] = []
  ) -> [UInt8] {
    let shape = [tuple(extents.map(integer)), tuple(strides.map(integer))]
    return call(
      "torch._utils", "_rebuild_tensor_v2",
      [storage, integer(offset)] + shape + [[0x89], call("collections", "OrderedDict", [])] + behind)
  }

  /// The entries of an archive.
  public static func entries(_ piece: [UInt8], _ storages: [(key: String, bytes: [UInt8])] = []) -> [ZipWriter.Entry] {
    [ZipWriter.Entry("a/data.pkl", pickle(piece))] + storages.map { ZipWriter.Entry("a/data/\($0.key)", $0.bytes) }
  }

  public static func archive(_ piece: [UInt8], _ storages: [(key: String, bytes: [UInt8])] = []) -> [UInt8] {
    ZipWriter().archive(entries(piece, storages))
  }

  /// A file of the format before the archives.
  public static func legacy(
    _ piece: [UInt8], _ storages: [(key: String, count: Int, bytes: [UInt8])] = []
  ) -> [UInt8] {
    let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let pickles = [magic, integer(1001), dictionary([]), piece, list(storages.map { text($0.key) })]
    return pickles.flatMap { pickle($0) } + storages.flatMap { little($0.count, 8) + $0.bytes }
  }

  private static func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
