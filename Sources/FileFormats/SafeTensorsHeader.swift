/// What a safetensors file says about its arrays, checked against the size of the file.
struct SafeTensorsHeader {
  struct Entry {
    let name: String
    let type: ScalarType
    let extents: [Int]
    /// Where the array's bytes are, counted from the end of the header.
    let start: Int
    let end: Int
  }

  static let metadataKey = "__metadata__"
  /// The reference implementation reads no larger header.
  static let maximumSize = 100_000_000
  private static let maximumCount = 100_000
  private static let maximumRank = 64

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]
  /// Where the arrays begin.
  let size: Int

  init(_ source: ByteSource) throws {
    func malformed(_ reason: String) -> FileFormatError {
      .malformed(file: source.name, format: .safetensors, reason: reason)
    }
    guard source.count >= 8 else { throw malformed("it has \(source.count) bytes; its header's length takes 8") }
    let length = try source.read(0..<8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafeTensorsHeader.maximumSize) else {
      throw malformed("it announces a header of \(length) bytes; at most \(SafeTensorsHeader.maximumSize) are read")
    }
    guard Int(length) <= source.count - 8 else {
      throw malformed("it announces a header of \(length) bytes and has \(source.count - 8)")
    }
    size = 8 + Int(length)
    do {
      var json = JSONScanner(try source.read(8..<size))
      try parse(&json, source.name)
      try checkLayout(available: source.count - size)
    } catch let problem as JSONScanner.Problem {
      throw malformed(problem.text)
    }
  }

  // MARK: Reading

  private mutating func parse(_ json: inout JSONScanner, _ file: String) throws {
    var names: Set<String> = []
    try json.object { json, name in
      guard names.insert(name).inserted else { throw JSONScanner.Problem("the header names \(quoted(name)) twice") }
      if name == SafeTensorsHeader.metadataKey {
        metadata = try SafeTensorsHeader.texts(&json)
        return
      }
      guard entries.count < SafeTensorsHeader.maximumCount else {
        throw JSONScanner.Problem("the header names more than \(SafeTensorsHeader.maximumCount) tensors")
      }
      entries.append(try SafeTensorsHeader.entry(&json, name, file))
    }
    try json.end()
  }

  private static func texts(_ json: inout JSONScanner) throws -> [String: String] {
    var texts: [String: String] = [:]
    try json.object { json, key in
      guard texts.count < maximumCount else {
        throw JSONScanner.Problem("the metadata has more than \(maximumCount) texts")
      }
      let text = try json.string()
      guard texts.updateValue(text, forKey: key) == nil else {
        throw JSONScanner.Problem("the metadata has \(quoted(key)) twice")
      }
    }
    return texts
  }

  private static func entry(_ json: inout JSONScanner, _ name: String, _ file: String) throws -> Entry {
    var typeName: String?
    var extents: [Int]?
    var offsets: [Int]?
    try json.object { json, key in
      switch key {
      case "dtype" where typeName == nil: typeName = try json.string()
      case "shape" where extents == nil: extents = try json.integers(atMost: maximumRank)
      case "data_offsets" where offsets == nil: offsets = try json.integers(atMost: 2)
      case "dtype", "shape", "data_offsets":
        throw JSONScanner.Problem("tensor \(quoted(name)) has \(quoted(key)) twice")
      default: throw JSONScanner.Problem("tensor \(quoted(name)) has the unknown key \(quoted(key))")
      }
    }
    guard let typeName, let extents, let offsets, offsets.count == 2 else {
      throw JSONScanner.Problem("tensor \(quoted(name)) does not have a dtype, a shape and two data_offsets")
    }
    guard let type = scalarType(typeName) else {
      throw FileFormatError.unsupported(
        file: file, format: .safetensors, reason: "tensor \(quoted(name)) is of type \(quoted(typeName))")
    }
    guard offsets[0] <= offsets[1] else {
      throw JSONScanner.Problem("tensor \(quoted(name)) ends at \(offsets[1]), before its start at \(offsets[0])")
    }
    guard let bytes = byteCount(of: extents, type) else {
      throw JSONScanner.Problem("tensor \(quoted(name)) has a shape that no file can have, \(extents)")
    }
    guard bytes == offsets[1] - offsets[0] else {
      throw JSONScanner.Problem(
        "tensor \(quoted(name)) of \(typeName) \(extents) takes \(bytes) bytes, its offsets span "
          + "\(offsets[1] - offsets[0])")
    }
    return Entry(name: name, type: type, extents: extents, start: offsets[0], end: offsets[1])
  }

  /// The arrays follow one another from the first byte behind the header to the last of the file.
  private func checkLayout(available: Int) throws {
    var end = 0
    for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      guard entry.end <= available else {
        throw JSONScanner.Problem("tensor \(quoted(entry.name)) ends at \(entry.end), the data at \(available)")
      }
      guard entry.start == end else {
        let what = entry.start < end ? "overlaps the one before it, which ends" : "leaves a hole that begins"
        throw JSONScanner.Problem("tensor \(quoted(entry.name)) at \(entry.start) \(what) at \(end)")
      }
      end = entry.end
    }
    guard end == available else {
      throw JSONScanner.Problem("\(available - end) bytes behind the last tensor are nobody's")
    }
  }

  private static func scalarType(_ name: String) -> ScalarType? {
    switch name {
    case "F16": .float16
    case "BF16": .bfloat16
    case "F32": .float32
    case "F64": .float64
    case "I8": .int8
    case "I16": .int16
    case "I32": .int32
    case "I64": .int64
    case "U8": .uint8
    case "U16": .uint16
    case "U32": .uint32
    case "U64": .uint64
    case "BOOL": .bool
    default: nil
    }
  }

  // MARK: Writing

  /// The length and the header of arrays of 32-bit floats that follow one another, padded to a multiple of 8 bytes.
  static func bytes(of arrays: [(name: String, extents: [Int])], _ metadata: [String: String]) -> [UInt8] {
    var parts: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(JSONScanner.quoted($0.key)):\(JSONScanner.quoted($0.value))" }
      parts.append("\"\(metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, extents) in arrays {
      let end = offset + extents.reduce(4, *)
      let shape = extents.map(String.init).joined(separator: ",")
      parts.append(
        "\(JSONScanner.quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
  }
}

/// A name as a sentence shows it: quoted, on one line, not longer than a line.
func quoted(_ name: String) -> String {
  let scalars = name.unicodeScalars
  let end = scalars.index(scalars.startIndex, offsetBy: 60, limitedBy: scalars.endIndex) ?? scalars.endIndex
  return JSONScanner.quoted(String(scalars[..<end]) + (end < scalars.endIndex ? "…" : ""))
}
