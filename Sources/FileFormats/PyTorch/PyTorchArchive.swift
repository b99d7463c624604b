/// The zip archives that `torch.save` writes since PyTorch 1.6.
///
/// `<name>/data.pkl` is a pickle, `<name>/data/<key>` are the storages, `<name>/byteorder` says `little` or `big`, and
/// `<name>/version` is a number. Checksums are not looked at: PyTorch does not either, and can be told not to write them.
struct PyTorchArchive {
  private let source: ByteSource
  private let directory: ZipDirectory
  private let places: [String: Int]
  /// What all names begin with.
  private let root: String
  private let isBigEndian: Bool

  private static let pickle = "/data.pkl"
  private static let maximumPickle = 256 << 20
  private static let versions = 1...10

  /// - Throws: `FileFormatError`.
  static func read(_ source: ByteSource) throws -> PyTorchValue {
    let archive = try PyTorchArchive(source)
    var machine = PickleMachine(try archive.pickle())
    let value = try machine.run()
    guard machine.bytes.remaining == 0 else { throw machine.bytes.malformed("it goes on behind its pickle") }
    var tree = PyTorchTree(machine, of: source, storage: archive.storage)
    return try tree.value(value)
  }

  private init(_ source: ByteSource) throws {
    self.source = source
    directory = try ZipDirectory(source)
    let names = directory.entries.map(\.name)
    places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    let roots = names.filter { $0.hasSuffix(Self.pickle) && $0.count { $0 == "/" } == 1 }
      .map { String($0.dropLast(Self.pickle.count)) }
    guard let root = roots.first, roots.count == 1 else {
      throw source.malformed("a zip archive with \(roots.count) files */data.pkl, expected one")
    }
    guard places["\(root)/constants.pkl"] == nil else {
      throw source.unsupported("it is a program of TorchScript; save the state_dict of its model")
    }
    self.root = root
    var isBigEndian = false
    if let order = try Self.text("\(root)/byteorder", directory, places, source) {
      guard order == "little" || order == "big" else {
        throw source.malformed("its byteorder is \(quoted(order)), expected little or big")
      }
      isBigEndian = order == "big"
    }
    self.isBigEndian = isBigEndian
    if let version = try Self.text("\(root)/version", directory, places, source) {
      guard let number = Int(version), Self.versions.contains(number) else {
        throw source.unsupported("it is of version \(quoted(version)), expected \(Self.versions.lowerBound) to 10")
      }
    }
  }

  /// A small text of the archive without the space around it; nil if there is none of its name.
  private static func text(
    _ name: String, _ directory: ZipDirectory, _ places: [String: Int], _ source: ByteSource
  ) throws -> String? {
    guard let place = places[name] else { return nil }
    let entry = directory.entries[place]
    guard entry.size <= 32 else { throw source.malformed("\(name.suffix(32)) takes \(entry.size) bytes") }
    let (opened, offset) = try content(entry, directory, source, isBigEndian: false).opened()
    let text = String(decoding: try opened.read(offset..<offset + entry.size), as: UTF8.self)
    return text.filter { !$0.isWhitespace }
  }

  private static func content(
    _ entry: ZipDirectory.Entry, _ directory: ZipDirectory, _ source: ByteSource, isBigEndian: Bool
  ) throws -> PyTorchStorage {
    let range = try directory.content(of: entry)
    return PyTorchStorage(
      source: source, content: entry.isDeflated ? .deflated(range) : .plain(range.lowerBound), byteCount: entry.size,
      isBigEndian: isBigEndian)
  }

  private func pickle() throws -> PickleBytes {
    let name = root + Self.pickle
    let entry = directory.entries[places[name, default: 0]]
    let limit = PyTorchReading.allowed(source, limit: Self.maximumPickle)
    guard entry.size <= limit else {
      throw FileFormatError.tooLarge(file: source.name, format: .pytorch, limit: limit)
    }
    let (opened, offset) = try Self.content(entry, directory, source, isBigEndian: false).opened()
    return PickleBytes(opened, in: offset..<offset + entry.size, label: "data.pkl")
  }

  private func storage(_ claim: PyTorchStorageClaim) throws -> PyTorchStorage {
    guard let place = places["\(root)/data/\(claim.key)"] else {
      throw source.malformed("storage \(quoted(claim.key)) is not in the archive")
    }
    let entry = directory.entries[place]
    guard entry.size == claim.byteCount else {
      throw source.malformed(
        "storage \(quoted(claim.key)) should have \(claim.byteCount) bytes, and the archive has \(entry.size)")
    }
    return try Self.content(entry, directory, source, isBigEndian: isBigEndian)
  }
}
