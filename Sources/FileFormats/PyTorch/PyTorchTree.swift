/// Makes a tree of what a pickle left in its heap.
struct PyTorchTree {
  private struct Branch {
    let value: PyTorchValue
    /// How many values it has, and how deep they lie in each other.
    let count: Int
    let depth: Int
  }

  private let machine: PickleMachine
  private let source: ByteSource
  /// Where a storage lies, whatever its claim.
  private let storage: (PyTorchStorageClaim) throws -> PyTorchStorage
  private var done: [Int: Branch] = [:]
  private var open: Set<Int> = []
  private var storages: [Int: PyTorchStorage] = [:]

  /// Deeper values are a lie; so are more, which come of collections that are shared again and again.
  private static let maximumDepth = 256
  private static let maximumCount = 1 << 22
  /// Longer names are refused, since many dictionaries may share one.
  private static let maximumName = 1 << 12

  init(
    _ machine: PickleMachine, of source: ByteSource, storage: @escaping (PyTorchStorageClaim) throws -> PyTorchStorage
  ) {
    self.machine = machine
    self.source = source
    self.storage = storage
  }

  /// - Throws: `FileFormatError`, also where a collection holds itself.
  mutating func value(_ root: PickleValue) throws -> PyTorchValue { try branch(root, depth: 0).value }

  private mutating func branch(_ value: PickleValue, depth: Int) throws -> Branch {
    func leaf(_ value: PyTorchValue) -> Branch { Branch(value: value, count: 1, depth: 1) }
    switch value {
    case .none: return leaf(.none)
    case .flag(let flag): return leaf(.flag(flag))
    case .integer(let integer): return leaf(.integer(integer))
    case .number(let number): return leaf(.number(number))
    case .text(let text): return leaf(.text(text))
    case .bytes(let bytes): return leaf(.bytes(bytes))
    case .global(let name): return leaf(.text(name))
    case .storage: throw source.unsupported("a storage is there by itself, expected tensors only")
    case .tensor(let place): return leaf(.tensor(try tensor(machine.tensors[place])))
    case .node(let place): return try branch(node: place, depth: depth)
    }
  }

  private mutating func branch(node place: Int, depth: Int) throws -> Branch {
    if let known = done[place] { return known }
    guard open.insert(place).inserted else { throw source.malformed("a collection holds itself") }
    defer { open.remove(place) }
    guard depth < Self.maximumDepth else { throw tooDeep() }
    let node = machine.nodes[place]
    if node.kind == .array { return try branch(node.items[0], depth: depth) }
    var items: [PyTorchValue] = []
    items.reserveCapacity(node.items.count)
    var (count, height) = (1, 0)
    for item in node.items {
      let branch = try branch(item, depth: depth + 1)
      items.append(branch.value)
      count += branch.count
      height = max(height, branch.depth)
      guard count <= Self.maximumCount else {
        throw source.malformed("it has more than \(Self.maximumCount) values, each time one is shared counted")
      }
    }
    guard height < Self.maximumDepth else { throw tooDeep() }
    let result = Branch(value: try collection(node.kind, items), count: count, depth: height + 1)
    done[place] = result
    return result
  }

  private func tooDeep() -> FileFormatError {
    source.malformed("collections lie more than \(Self.maximumDepth) deep in each other")
  }

  private func collection(_ kind: PickleNode.Kind, _ items: [PyTorchValue]) throws -> PyTorchValue {
    switch kind {
    case .list, .set: return .list(items)
    case .tuple: return .tuple(items)
    case .dictionary: return .dictionary(try pairs(items))
    case .scalarType, .emptyArray, .array:
      if case .text(let text)? = items.first { return .text("numpy.\(text)") }
      throw source.malformed("an array of NumPy has no content")
    }
  }

  private func pairs(_ items: [PyTorchValue]) throws -> [PyTorchValue.Pair] {
    var names: Set<String> = []
    return try stride(from: 0, to: items.count, by: 2).map { place in
      // The text "1" and the integer 1 are two keys of Python and one name here.
      guard let name = items[place].name else {
        return PyTorchValue.Pair(key: items[place], value: items[place + 1])
      }
      guard name.utf8.count <= Self.maximumName else {
        throw source.malformed("a dictionary has a name of \(name.utf8.count) bytes")
      }
      if !names.insert(name).inserted {
        throw source.malformed("a dictionary has \(quoted(name)) twice")
      }
      return PyTorchValue.Pair(key: items[place], value: items[place + 1])
    }
  }

  private mutating func tensor(_ claim: PyTorchTensorClaim) throws -> PyTorchTensor {
    switch claim.content {
    case .bytes(let bytes, let isBigEndian):
      let storage = PyTorchStorage(
        source: ByteSource(bytes, name: source.name), content: .plain(0), byteCount: bytes.count,
        isBigEndian: isBigEndian)
      return PyTorchTensor(view: claim.view, storage: storage)
    case .storage(let place):
      let found = try storages[place] ?? storage(machine.storages[place])
      storages[place] = found
      return PyTorchTensor(view: claim.view, storage: found)
    }
  }
}
