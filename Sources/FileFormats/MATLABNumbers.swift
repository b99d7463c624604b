/// Numbers of one of MATLAB's classes.
public enum MATLABNumbers: Sendable, Equatable {
  case double([Double])
  case single([Float])
  case int8([Int8])
  case uint8([UInt8])
  case int16([Int16])
  case uint16([UInt16])
  case int32([Int32])
  case uint32([UInt32])
  case int64([Int64])
  case uint64([UInt64])

  public var count: Int {
    switch self {
    case .double(let values): values.count
    case .single(let values): values.count
    case .int8(let values): values.count
    case .uint8(let values): values.count
    case .int16(let values): values.count
    case .uint16(let values): values.count
    case .int32(let values): values.count
    case .uint32(let values): values.count
    case .int64(let values): values.count
    case .uint64(let values): values.count
    }
  }

  /// All of them in double precision, rounded to nearest where they do not fit (integers beyond 2^53).
  public var doubles: [Double] {
    switch self {
    case .double(let values): values
    case .single(let values): values.map(Double.init)
    case .int8(let values): values.map(Double.init)
    case .uint8(let values): values.map(Double.init)
    case .int16(let values): values.map(Double.init)
    case .uint16(let values): values.map(Double.init)
    case .int32(let values): values.map(Double.init)
    case .uint32(let values): values.map(Double.init)
    case .int64(let values): values.map(Double.init)
    case .uint64(let values): values.map(Double.init)
    }
  }

  /// A number as an integer; nil if it is none.
  public func integer(at index: Int) -> Int? {
    switch self {
    case .double(let values): Int(exactly: values[index])
    case .single(let values): Int(exactly: values[index])
    case .int8(let values): Int(values[index])
    case .uint8(let values): Int(values[index])
    case .int16(let values): Int(values[index])
    case .uint16(let values): Int(values[index])
    case .int32(let values): Int(values[index])
    case .uint32(let values): Int(values[index])
    case .int64(let values): Int(values[index])
    case .uint64(let values): Int(exactly: values[index])
    }
  }
}
