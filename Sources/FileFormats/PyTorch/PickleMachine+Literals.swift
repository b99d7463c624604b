extension PickleMachine {
  /// The value that an instruction carries with it.
  mutating func literal(_ opcode: PickleOpcode) throws -> PickleValue {
    switch opcode {
    case .true: return .flag(true)
    case .false: return .flag(false)
    case .int32: return .integer(Int(Int32(bitPattern: try bytes.little(UInt32.self))))
    case .uint8: return .integer(Int(try bytes.byte()))
    case .uint16: return .integer(Int(try bytes.little(UInt16.self)))
    case .integerLine: return try integer(line: bytes.line())
    case .longLine: return try integer(line: bytes.line())
    case .long1: return .integer(littleEndian: try bytes.take(bytes.length(UInt8.self)))
    case .long4:
      let count = Int(Int32(bitPattern: try bytes.little(UInt32.self)))
      return .integer(littleEndian: try bytes.take(count))
    case .float:
      let bits = try bytes.take(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      return .number(Double(bitPattern: bits))
    case .floatLine:
      let line = try bytes.line()
      guard let number = Double(line) else { throw bytes.malformed("\(quoted(line)) is no number") }
      return .number(number)
    // Python 2 wrote its texts as bytes; those of weights are ASCII.
    case .string:
      return .text(try bytes.text(try bytes.take(Int(Int32(bitPattern: try bytes.little(UInt32.self))))))
    case .shortString, .shortUnicode: return .text(try bytes.text(try bytes.take(bytes.length(UInt8.self))))
    case .unicode: return .text(try bytes.text(try bytes.take(bytes.length(UInt32.self))))
    case .unicode8: return .text(try bytes.text(try bytes.take(bytes.length(UInt64.self))))
    case .bytes: return .bytes(try bytes.take(bytes.length(UInt32.self)))
    case .shortBytes: return .bytes(try bytes.take(bytes.length(UInt8.self)))
    case .bytes8, .byteArray8: return .bytes(try bytes.take(bytes.length(UInt64.self)))
    default: return .none
    }
  }

  private func integer(line: String) throws -> PickleValue {
    switch line {
    case "00": return .flag(false)
    case "01": return .flag(true)
    default:
      let digits = line.hasSuffix("L") ? line.dropLast() : line[...]
      if let integer = Int(digits) { return .integer(integer) }
      guard let number = Double(digits) else { throw bytes.malformed("\(quoted(line)) is no integer") }
      return .number(number)
    }
  }
}

extension PickleValue {
  /// An integer in two's complement of any length. Beyond 64 bits it becomes a number, which is rounded.
  static func integer(littleEndian bytes: [UInt8]) -> PickleValue {
    guard let last = bytes.last else { return .integer(0) }
    let isNegative = last & 0x80 != 0
    let filler: UInt8 = isNegative ? 0xFF : 0
    // Bytes that only repeat the sign say nothing.
    var significant = bytes[...]
    while significant.count > 8, significant.last == filler { significant.removeLast() }
    var word: UInt64 = isNegative ? .max : 0
    for byte in significant.prefix(8).reversed() { word = word << 8 | UInt64(byte) }
    let integer = Int(truncatingIfNeeded: word)
    if significant.count <= 8, (integer < 0) == isNegative { return .integer(integer) }
    var number = 0.0
    for byte in bytes.reversed() { number = number * 256 + Double(isNegative ? ~byte : byte) }
    return .number(isNegative ? -number - 1 : number)
  }
}
