/// The files that `torch.save` wrote before PyTorch 1.6: five pickles, then the storages.
///
/// The pickles are a magic number, the version of the format, a description of the system that wrote it, the content,
/// and the keys of the storages in the order in which they follow: each a count in 64 bits, then the numbers, always
/// with the least significant byte first, whatever the description says.
enum PyTorchLegacy {
  /// 0x1950a86a20f9469cfc6c: too long for an integer, so that it comes as a number, rounded.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let version = 1001

  /// - Throws: `FileFormatError`.
  static func read(_ source: ByteSource) throws -> PyTorchValue {
    var bytes = PickleBytes(source, in: 0..<source.count, label: "the file")
    try checkMagic(&bytes)
    guard case .integer(version) = try run(&bytes) else {
      throw bytes.unsupported("another version of the format than \(version)")
    }
    _ = try run(&bytes)
    var machine = PickleMachine(bytes)
    let value = try machine.run()
    bytes = machine.bytes
    let storages = try storages(keys: keys(&bytes), of: machine, source, from: bytes.position)
    var tree = PyTorchTree(machine, of: source) { claim in
      guard let storage = storages[claim.key] else {
        throw source.malformed("storage \(quoted(claim.key)) is not among those that follow")
      }
      return storage
    }
    return try tree.value(value)
  }

  private static func run(_ bytes: inout PickleBytes) throws -> PickleValue {
    var machine = PickleMachine(bytes)
    defer { bytes = machine.bytes }
    return try machine.run()
  }

  private static func checkMagic(_ bytes: inout PickleBytes) throws {
    // Run like any other, so that what a plain pickle would call is named.
    let value = try run(&bytes)
    guard case .number(let number) = value, case .number(number) = PickleValue.integer(littleEndian: magic) else {
      throw bytes.malformed("a pickle that torch.save did not write: it begins with \(value.kind), not PyTorch's magic")
    }
  }

  private static func keys(_ bytes: inout PickleBytes) throws -> [String] {
    var machine = PickleMachine(bytes)
    let value = try machine.run()
    bytes = machine.bytes
    guard let items = machine.items(value, .list) else { throw bytes.malformed("the keys of its storages are a list") }
    return try items.map { item in
      switch item {
      case .text(let key): return key
      case .integer(let key): return String(key)
      default: throw bytes.malformed("a key of a storage is \(item.kind), expected a text")
      }
    }
  }

  private static func storages(
    keys: [String], of machine: PickleMachine, _ source: ByteSource, from start: Int
  ) throws -> [String: PyTorchStorage] {
    var result: [String: PyTorchStorage] = [:]
    var position = start
    for key in keys {
      guard let claim = machine.storagePlaces[key].map({ machine.storages[$0] }) else {
        throw source.malformed("nothing refers to storage \(quoted(key)), so its size is not known")
      }
      guard source.count - position >= 8 else { throw source.malformed("it ends within its storages") }
      let count = LittleBytes(try source.read(position..<position + 8))[0, UInt64.self]
      position += 8
      guard UInt64(claim.byteCount / (claim.type?.byteCount ?? 1)) == count else {
        throw source.malformed("storage \(quoted(key)) has \(count) numbers, and its tensors expect another count")
      }
      guard claim.byteCount <= source.count - position else {
        throw source.malformed(
          "storage \(quoted(key)) takes \(claim.byteCount) bytes, and \(source.count - position) follow")
      }
      let storage = PyTorchStorage(
        source: source, content: .plain(position), byteCount: claim.byteCount, isBigEndian: false)
      guard result.updateValue(storage, forKey: key) == nil else {
        throw source.malformed("storage \(quoted(key)) is there twice")
      }
      position += claim.byteCount
    }
    guard position == source.count else {
      throw source.malformed("\(source.count - position) bytes behind its last storage are nobody's")
    }
    return result
  }
}
