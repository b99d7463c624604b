extension MATLABParser {
  /// A number as it is stored: MATLAB takes the smallest type that holds all numbers of an array, whatever their class.
  private enum Stored {
    case real(Double)
    case whole(Int64)
    case natural(UInt64)

    var double: Double {
      switch self {
      case .real(let value): value
      case .whole(let value): Double(value)
      case .natural(let value): Double(value)
      }
    }

    /// Nil if the type does not hold it.
    func integer<Value: FixedWidthInteger>() -> Value? {
      switch self {
      case .real(let value): Value(exactly: value)
      case .whole(let value): Value(exactly: value)
      case .natural(let value): Value(exactly: value)
      }
    }
  }

  /// Numbers or logicals.
  mutating func numeric(_ header: MATLABHeader, end: Int) throws -> MATLABArray.Content {
    let real = try bytes.element(at: header.end, end: end)
    if header.isLogical {
      guard !header.isComplex else { throw bytes.malformed("an array is both logical and complex", at: header.end) }
      return .logicals(try values(real, header.count) { $0.double != 0 })
    }
    let numbers = try numbers(real, header)
    guard header.isComplex else { return .numbers(numbers, imaginary: nil) }
    let imaginary = try bytes.element(at: real.next, end: end)
    return .numbers(numbers, imaginary: try self.numbers(imaginary, header))
  }

  private mutating func numbers(_ element: Element, _ header: MATLABHeader) throws -> MATLABNumbers {
    switch header.class {
    case .single: .single(try values(element, header.count) { Float($0.double) })
    case .int8: .int8(try values(element, header.count) { $0.integer() })
    case .uint8: .uint8(try values(element, header.count) { $0.integer() })
    case .int16: .int16(try values(element, header.count) { $0.integer() })
    case .uint16: .uint16(try values(element, header.count) { $0.integer() })
    case .int32: .int32(try values(element, header.count) { $0.integer() })
    case .uint32: .uint32(try values(element, header.count) { $0.integer() })
    case .int64: .int64(try values(element, header.count) { $0.integer() })
    case .uint64: .uint64(try values(element, header.count) { $0.integer() })
    default: .double(try values(element, header.count) { $0.double })
    }
  }

  /// As many values as announced; `value` is nil for what the array's class does not hold.
  private mutating func values<Value>(
    _ element: Element, _ count: Int, _ value: (Stored) -> Value?
  ) throws -> [Value] {
    func each<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type, _ stored: (Word) -> Stored) throws -> [Value] {
      var result: [Value] = []
      result.reserveCapacity(count)
      for place in stride(from: element.body.lowerBound, to: element.body.upperBound, by: MemoryLayout<Word>.size) {
        guard let value = value(stored(bytes.load(Word.self, at: place))) else {
          throw bytes.malformed("a number is not one of its array's class", at: place)
        }
        result.append(value)
      }
      return result
    }
    let place = element.body.lowerBound
    guard let size = element.type.size, element.body.count % size == 0, element.body.count / size == count else {
      throw bytes.malformed(
        "\(count) numbers are announced, got \(element.body.count) bytes of \(element.type)", at: place)
    }
    try budget.spend(count, of: MemoryLayout<Value>.stride)
    switch element.type {
    case .int8: return try each(Int8.self) { .whole(Int64($0)) }
    case .uint8: return try each(UInt8.self) { .whole(Int64($0)) }
    case .int16: return try each(Int16.self) { .whole(Int64($0)) }
    case .uint16: return try each(UInt16.self) { .whole(Int64($0)) }
    case .int32: return try each(Int32.self) { .whole(Int64($0)) }
    case .uint32: return try each(UInt32.self) { .whole(Int64($0)) }
    case .int64: return try each(Int64.self) { .whole($0) }
    case .uint64: return try each(UInt64.self) { .natural($0) }
    case .single: return try each(UInt32.self) { .real(Double(Float(bitPattern: $0))) }
    case .double: return try each(UInt64.self) { .real(Double(bitPattern: $0)) }
    case .matrix, .compressed, .utf8, .utf16, .utf32:
      throw bytes.malformed("numbers were expected, got \(element.type)", at: place)
    }
  }
}
