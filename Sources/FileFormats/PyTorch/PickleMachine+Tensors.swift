/// What PyTorch calls, as `torch.save` writes it (torch/_utils.py and torch/serialization.py of PyTorch 2).
extension PickleMachine {
  /// What a persistent id stands for: `("storage", type, key, location, count)`, in the legacy format with a view of
  /// another storage behind it.
  mutating func storage(_ id: PickleValue) throws -> PickleValue {
    guard let parts = items(id, .tuple), case .text(let kind)? = parts.first else {
      throw bytes.malformed("a persistent id is \(id.kind), expected a tuple that begins with 'storage'")
    }
    guard kind == "storage" else {
      throw bytes.unsupported("it refers to a \(quoted(kind)), not a storage; save its state_dict alone")
    }
    guard (5...6).contains(parts.count), case .global(let name) = parts[1], let key = key(parts[2]),
      case .integer(let count) = parts[4], count >= 0
    else { throw bytes.malformed("a storage has a type, a key, a location and a count") }
    if parts.count == 6 {
      guard case .none = parts[5] else { throw bytes.unsupported("storage \(quoted(key)) is a view of another") }
    }
    let type = try storageType(name)
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: type?.byteCount ?? 1)
    guard !overflow else {
      throw bytes.malformed("storage \(quoted(key)) has \(count) numbers, which no file can have")
    }
    let claim = PyTorchStorageClaim(key: key, type: type, byteCount: byteCount)
    if let place = storagePlaces[key] {
      let known = storages[place]
      if known == claim { return .storage(place) }
      guard known.byteCount == byteCount else {
        throw bytes.malformed("storage \(quoted(key)) has \(known.byteCount) bytes, and then \(byteCount)")
      }
    }
    storages.append(claim)
    storagePlaces[key] = storages.count - 1
    return .storage(storages.count - 1)
  }

  private func key(_ value: PickleValue) -> String? {
    switch value {
    case .text(let key): key.utf8.count <= Self.maximumName ? key : nil
    case .integer(let key): String(key)
    default: nil
    }
  }

  /// Nil for bytes whose type each tensor names.
  private func storageType(_ name: String) throws -> ScalarType? {
    if name == "torch.storage.UntypedStorage" || name == "torch.UntypedStorage" { return nil }
    let prefix = ["torch.cuda.", "torch."].first { name.hasPrefix($0) } ?? ""
    guard let type = Self.storageTypes[String(name.dropFirst(prefix.count))], !prefix.isEmpty else {
      throw bytes.unsupported(
        "a storage is of type \(quoted(name)); floats of 16, 32 and 64 bits, integers and booleans are")
    }
    return type
  }

  private static let storageTypes: [String: ScalarType] = [
    "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "FloatStorage": .float32, "DoubleStorage": .float64,
    "CharStorage": .int8, "ShortStorage": .int16, "IntStorage": .int32, "LongStorage": .int64,
    "ByteStorage": .uint8, "BoolStorage": .bool,
  ]

  private static let types: [String: ScalarType] = [
    "torch.float16": .float16, "torch.bfloat16": .bfloat16, "torch.float32": .float32, "torch.float64": .float64,
    "torch.int8": .int8, "torch.int16": .int16, "torch.int32": .int32, "torch.int64": .int64,
    "torch.uint8": .uint8, "torch.uint16": .uint16, "torch.uint32": .uint32, "torch.uint64": .uint64,
    "torch.bool": .bool,
  ]

  /// `(storage, offset, extents, strides, …)`: version 2 has flags and metadata behind it, version 3 a type before
  /// the metadata, and a storage of bytes.
  mutating func tensor(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    guard arguments.count >= 4, case .storage(let place) = arguments[0], case .integer(let offset) = arguments[1],
      let extents = integers(arguments[2]), let strides = integers(arguments[3])
    else { throw unexpected(name, "a storage, an offset, extents and strides") }
    let hasType = name.hasSuffix("_v3")
    let metadata = hasType ? 7 : 6
    if arguments.count > metadata {
      // It says that the numbers are to be negated or conjugated.
      guard isEmpty(arguments[metadata]) else {
        throw bytes.unsupported("a tensor has metadata, which would change its numbers; save a clone of it")
      }
    }
    let storage = storages[place]
    var type = storage.type
    if hasType {
      guard arguments.count > 6, case .global(let name) = arguments[6] else { throw unexpected(name, "a type") }
      guard let named = Self.types[name] else {
        throw bytes.unsupported(
          "a tensor is of type \(quoted(name)); floats of 16, 32 and 64 bits, integers and booleans are")
      }
      type = named
    }
    guard let type else { throw unexpected(name, "a storage of numbers") }
    return try add(
      .storage(place), type, extents: extents, strides: strides, offset: offset,
      within: storage.byteCount / type.byteCount)
  }

  /// Whether a value is None, or a dictionary of nothing.
  private func isEmpty(_ value: PickleValue) -> Bool {
    if case .none = value { true } else { items(value, .dictionary)?.isEmpty == true }
  }

  /// Checks what is said of a tensor before it is kept.
  mutating func add(
    _ content: PyTorchTensorClaim.Content, _ type: ScalarType, extents: [Int], strides: [Int], offset: Int,
    within available: Int
  ) throws -> PickleValue {
    do {
      let view = try PyTorchView(type, extents: extents, strides: strides, offset: offset, within: available)
      tensors.append(PyTorchTensorClaim(content: content, view: view))
      return .tensor(tensors.count - 1)
    } catch {
      throw bytes.malformed(error.text)
    }
  }

  /// The integers of a tuple or a list; nil for anything else.
  func integers(_ value: PickleValue) -> [Int]? {
    guard let items = items(value, .tuple) ?? items(value, .list) else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .integer(let integer) = item else { return nil }
      result.append(integer)
    }
    return result
  }
}
