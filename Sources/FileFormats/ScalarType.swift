/// How numbers are held in files. All of them are read as 32-bit floats, rounded to nearest where they do not fit.
enum ScalarType: Sendable, Equatable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  /// One byte; anything but zero is 1.
  case bool

  /// The size of one number.
  var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The type that NumPy calls `f4`; nil for types that are not read.
  init?(numpy text: Substring) {
    switch text {
    case "f2": self = .float16
    case "f4": self = .float32
    case "f8": self = .float64
    case "i1": self = .int8
    case "i2": self = .int16
    case "i4": self = .int32
    case "i8": self = .int64
    case "u1": self = .uint8
    case "u2": self = .uint16
    case "u4": self = .uint32
    case "u8": self = .uint64
    case "b1": self = .bool
    default: return nil
    }
  }

  /// Converts as many numbers as `target` has room for; `source` holds at least that many.
  func convert(
    _ source: UnsafeRawBufferPointer, isBigEndian: Bool, to target: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(source.count >= target.count * byteCount, "\(source.count) bytes are not \(target.count) numbers")
    switch self {
    case .float16: each(source, isBigEndian, target) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
    case .bfloat16: each(source, isBigEndian, target) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .float32: each(source, isBigEndian, target) { (bits: UInt32) in Float(bitPattern: bits) }
    case .float64: each(source, isBigEndian, target) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .int8: each(source, isBigEndian, target) { (value: Int8) in Float(value) }
    case .int16: each(source, isBigEndian, target) { (value: Int16) in Float(value) }
    case .int32: each(source, isBigEndian, target) { (value: Int32) in Float(value) }
    case .int64: each(source, isBigEndian, target) { (value: Int64) in Float(value) }
    case .uint8: each(source, isBigEndian, target) { (value: UInt8) in Float(value) }
    case .uint16: each(source, isBigEndian, target) { (value: UInt16) in Float(value) }
    case .uint32: each(source, isBigEndian, target) { (value: UInt32) in Float(value) }
    case .uint64: each(source, isBigEndian, target) { (value: UInt64) in Float(value) }
    case .bool: each(source, isBigEndian, target) { (value: UInt8) in value == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private func each<Word: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, _ isBigEndian: Bool, _ target: UnsafeMutableBufferPointer<Float>,
    _ value: (Word) -> Float
  ) {
    for i in target.indices {
      let word = source.loadUnaligned(fromByteOffset: i * MemoryLayout<Word>.size, as: Word.self)
      target[i] = value(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
    }
  }
}
