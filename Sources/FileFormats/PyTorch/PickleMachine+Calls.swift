/// What a pickle may call, and what comes of it. This list is closed: nothing else in a file means anything.
extension PickleMachine {
  /// - Throws: `FileFormatError.unsupported`, which names what is not on the list.
  mutating func call(_ callee: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
    guard case .global(let name) = callee else { throw foreign(callee) }
    guard let arguments = items(arguments, .tuple) else { throw unexpected(name, "a tuple") }
    return try call(name, arguments)
  }

  private mutating func call(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    switch name {
    case "collections.OrderedDict", "builtins.dict", "__builtin__.dict": return try dictionary(name, arguments)
    case "collections.Counter": return try dictionary(name, arguments)
    // Its first argument makes values that are missing; it stays a name.
    case "collections.defaultdict": return try dictionary(name, Array(arguments.dropFirst()))
    case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset":
      return make(.set, try collected(name, arguments))
    case "_codecs.encode": return try encoded(name, arguments)
    case "builtins.bytes", "__builtin__.bytes", "builtins.bytearray", "__builtin__.bytearray":
      return try octets(name, arguments)
    case "torch.Size": return make(.tuple, try collected(name, arguments))
    case "torch.device": return .text(try device(name, arguments))
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3":
      return try tensor(name, arguments)
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      guard case .tensor? = arguments.first else { throw unexpected(name, "a tensor") }
      return arguments[0]
    case "torch._tensor._rebuild_from_type_v2":
      guard arguments.count == 4, case .global(let function) = arguments[0],
        case .global("torch.Tensor") = arguments[1], function.hasPrefix("torch._utils._rebuild_"),
        let inner = items(arguments[2], .tuple)
      else { throw unexpected(name, "a plain tensor") }
      return try call(function, inner)
    case "numpy.dtype": return try scalarType(name, arguments)
    case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar": return try scalar(name, arguments)
    case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
      guard case .global("numpy.ndarray")? = arguments.first else { throw unexpected(name, "a plain array") }
      return make(.emptyArray)
    case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer": return try array(name, arguments)
    default: throw foreign(.global(name))
    }
  }

  /// Gives what was made a state. Dictionaries have attributes that say nothing of their content.
  mutating func build(_ target: PickleValue, _ state: PickleValue) throws {
    if case .node(let place) = target {
      switch nodes[place].kind {
      case .dictionary: return
      case .scalarType: return try setOrder(of: place, state)
      case .emptyArray: return try fill(place, state)
      case .list, .tuple, .set, .array: break
      }
    }
    throw foreign(target)
  }

  /// The error for what is not on the list.
  func foreign(_ callee: PickleValue) -> FileFormatError {
    guard case .global(let name) = callee else {
      return bytes.malformed("something is called, or given a state, that is \(callee.kind)")
    }
    return bytes.unsupported(
      "it calls \(quoted(name)), which plain weights do not; nothing was called; save its state_dict alone")
  }

  func unexpected(_ name: String, _ expected: String) -> FileFormatError {
    bytes.malformed("\(quoted(name)) is called with something else than \(expected)")
  }

  /// The items of a collection of one kind; nil for anything else.
  func items(_ value: PickleValue, _ kind: PickleNode.Kind) -> [PickleValue]? {
    guard case .node(let place) = value, nodes[place].kind == kind else { return nil }
    return nodes[place].items
  }

  // MARK: Python's own

  /// The items of the only argument, or none. They are counted: a short call may copy a long list.
  private mutating func collected(_ name: String, _ arguments: [PickleValue]) throws -> [PickleValue] {
    guard let first = arguments.first else { return [] }
    guard arguments.count == 1, let items = items(first, .tuple) ?? items(first, .list) ?? items(first, .set) else {
      throw unexpected(name, "a list")
    }
    try count(items.count)
    return items
  }

  private mutating func dictionary(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    if arguments.count == 1, let items = items(arguments[0], .dictionary) {
      try count(items.count)
      return make(.dictionary, items)
    }
    // Python 2 gave the pairs along.
    let pairs = try collected(name, arguments).map { pair in
      guard let pair = items(pair, .tuple) ?? items(pair, .list), pair.count == 2 else {
        throw unexpected(name, "a list of pairs")
      }
      return pair
    }
    return make(.dictionary, pairs.flatMap { $0 })
  }

  /// Protocols before 3 know no bytes, and write them as characters up to 255.
  private mutating func encoded(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    guard arguments.count == 2, case .text(let text) = arguments[0], case .text(let encoding) = arguments[1],
      ["latin1", "latin-1"].contains(encoding), text.unicodeScalars.allSatisfy({ $0.value < 256 })
    else { throw unexpected(name, "a text and latin1") }
    // A text that is remembered may be encoded again and again: at most sixteen times as a whole.
    try count(1 + text.utf8.count / 16)
    return .bytes(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
  }

  private mutating func octets(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    if arguments.isEmpty { return .bytes([]) }
    if arguments.count == 1, case .bytes = arguments[0] { return arguments[0] }
    return try encoded(name, arguments)
  }

  /// `cpu`, or `cuda:0`.
  private func device(_ name: String, _ arguments: [PickleValue]) throws -> String {
    guard case .text(let kind)? = arguments.first, kind.utf8.count <= 16, arguments.count <= 2 else {
      throw unexpected(name, "a device")
    }
    guard arguments.count == 2 else { return kind }
    guard case .integer(let index) = arguments[1] else { throw unexpected(name, "a device") }
    return "\(kind):\(index)"
  }
}
