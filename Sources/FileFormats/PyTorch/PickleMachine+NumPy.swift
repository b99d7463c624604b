/// NumPy's scalars and arrays, which lie in the pickle itself.
extension PickleMachine {
  /// `numpy.dtype("f8", False, True)`, whose byte order comes as its state.
  mutating func scalarType(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    guard case .text(let text)? = arguments.first, text.utf8.count <= Self.maximumName else {
      throw unexpected(name, "the text of a type")
    }
    return make(.scalarType, [.text(text), .text("=")])
  }

  /// The state of a type: `(3, "<", …)`.
  mutating func setOrder(of place: Int, _ state: PickleValue) throws {
    guard let parts = items(state, .tuple), parts.count >= 2, case .text(let order) = parts[1],
      ["<", ">", "|", "="].contains(order)
    else { throw unexpected("numpy.dtype", "a byte order") }
    nodes[place].items[1] = .text(order)
  }

  private func type(_ value: PickleValue) throws -> (ScalarType, isBigEndian: Bool) {
    guard let parts = items(value, .scalarType), case .text(let text) = parts[0], case .text(let order) = parts[1]
    else { throw bytes.malformed("an array of NumPy has no type") }
    guard let type = ScalarType(numpy: text[...]) else {
      throw bytes.unsupported(
        "a number of NumPy is of type \(quoted(text)); floats of 2, 4 or 8 bytes, integers and booleans are")
    }
    return (type, order == ">")
  }

  /// `scalar(type, bytes)`.
  mutating func scalar(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    guard arguments.count == 2, case .bytes(let content) = arguments[1] else {
      throw unexpected(name, "a type and bytes")
    }
    let (type, isBigEndian) = try type(arguments[0])
    guard content.count == type.byteCount else {
      throw bytes.malformed("a number of NumPy takes \(type.byteCount) bytes, got \(content.count)")
    }
    let word = (isBigEndian ? content : content.reversed()).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    switch type {
    case .float16: return .number(Double(Float16(bitPattern: UInt16(truncatingIfNeeded: word))))
    case .bfloat16, .float32: return .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: word))))
    case .float64: return .number(Double(bitPattern: word))
    case .int8: return .integer(Int(Int8(truncatingIfNeeded: word)))
    case .int16: return .integer(Int(Int16(truncatingIfNeeded: word)))
    case .int32: return .integer(Int(Int32(truncatingIfNeeded: word)))
    case .int64: return .integer(Int(Int64(truncatingIfNeeded: word)))
    case .uint8, .uint16, .uint32: return .integer(Int(word))
    case .uint64: return Int(exactly: word).map(PickleValue.integer) ?? .number(Double(word))
    case .bool: return .flag(word != 0)
    }
  }

  /// The state of an array: `(1, extents, type, whether it is in Fortran order, bytes)`.
  mutating func fill(_ place: Int, _ state: PickleValue) throws {
    guard let parts = items(state, .tuple), parts.count == 5, case .flag(let isFortran) = parts[3] else {
      throw unexpected("numpy.ndarray", "extents, a type, an order and bytes")
    }
    let tensor = try array(content: parts[4], type: parts[2], extents: parts[1], isFortran: isFortran)
    nodes[place] = PickleNode(kind: .array, items: [tensor])
  }

  /// `_frombuffer(bytes, type, extents, "C" or "F")`.
  mutating func array(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    guard arguments.count == 4, case .text(let order) = arguments[3], order == "C" || order == "F" else {
      throw unexpected(name, "bytes, a type, extents and an order")
    }
    return try array(content: arguments[0], type: arguments[1], extents: arguments[2], isFortran: order == "F")
  }

  private mutating func array(
    content: PickleValue, type: PickleValue, extents: PickleValue, isFortran: Bool
  ) throws -> PickleValue {
    let (type, isBigEndian) = try self.type(type)
    guard case .bytes(let content) = content, let extents = integers(extents), let size = byteCount(of: extents, type)
    else { throw bytes.malformed("an array of NumPy has extents, and bytes for them") }
    guard size == content.count else {
      throw bytes.malformed("an array of NumPy of extents \(extents) takes \(size) bytes, got \(content.count)")
    }
    var strides = [Int](repeating: 0, count: extents.count)
    var step = 1
    for axis in isFortran ? Array(extents.indices) : extents.indices.reversed() {
      strides[axis] = step
      // The product of those that are not zero fits, as `byteCount` has seen.
      step *= max(extents[axis], 1)
    }
    return try add(
      .bytes(content, isBigEndian: isBigEndian), type, extents: extents, strides: strides, offset: 0,
      within: size / type.byteCount)
  }
}
