/// MATLAB's files of version 5 (`save -v6` and `-v7`; "MAT-File Format", chapter 1): numbers of every class, logicals,
/// characters, cells and structs, plain or compressed, of either byte order. Read only.
///
/// Sparse matrices, objects and function handles are refused, as are version 4 and version 7.3 (which is HDF5).
public enum MATLAB {
  /// The variables of a file by name.
  /// - Parameters:
  ///   - names: which variables; whatever else the file holds is passed over. Nil for all.
  ///   - limit: how many bytes may be taken: inflated data of all variables, and apart from it all values.
  /// - Throws: `FileFormatError`.
  public static func read(
    _ path: String, only names: Set<String>? = nil, limit: Int = 256 << 20
  ) throws -> [String: MATLABArray] {
    try read(ByteSource(contentsOf: path), names, limit)
  }

  /// The variables of the content of a file; `name` is what errors call it.
  /// - Throws: `FileFormatError`.
  public static func decode(
    _ bytes: [UInt8], name: String, only names: Set<String>? = nil, limit: Int = 256 << 20
  ) throws -> [String: MATLABArray] {
    try read(ByteSource(bytes, name: name), names, limit)
  }

  private static let headerSize = 128

  private static func read(_ source: ByteSource, _ names: Set<String>?, _ limit: Int) throws -> [String: MATLABArray] {
    let isBigEndian = try byteOrder(source)
    var budget = MemoryBudget(limit: limit, file: source.name, format: .matlab)
    var inflatable = limit
    var variables: [String: MATLABArray] = [:]
    var position = headerSize
    while position < source.count {
      let tag = MATLABBytes(
        try source.read(position..<min(position + 8, source.count)), file: source.name, offset: position,
        isBigEndian: isBigEndian)
      let element = try tag.announced(at: 0, end: source.count - position)
      let body = position + element.body.lowerBound..<position + element.body.upperBound
      let content: MATLABBytes
      switch element.type {
      case .matrix:
        guard body.count <= limit else {
          throw FileFormatError.tooLarge(file: source.name, format: .matlab, limit: limit)
        }
        content = MATLABBytes(
          try source.read(position..<body.upperBound), file: source.name, offset: position, isBigEndian: isBigEndian)
      case .compressed:
        let bytes = try inflated(source, body, limit: inflatable, of: limit)
        inflatable -= bytes.count
        content = MATLABBytes(
          bytes, file: source.name, offset: nil, isBigEndian: isBigEndian)
      default: throw tag.malformed("a variable was expected, got an element of type \(element.type.rawValue)", at: 0)
      }
      var parser = MATLABParser(content, budget: budget)
      if let (name, value) = try parser.variable(only: names) {
        guard variables.updateValue(value, forKey: name) == nil else {
          throw content.malformed("variable '\(name)' is there twice", at: 0)
        }
      }
      budget = parser.budget
      position += element.next
    }
    return variables
  }

  /// The content of a compressed element. What zlib says of it is said of the MATLAB file.
  /// - Parameter limit: how many bytes it may have, of a total that errors name.
  private static func inflated(
    _ source: ByteSource, _ range: Range<Int>, limit: Int, of total: Int
  ) throws -> [UInt8] {
    do {
      return try Deflated.inflated(source, in: range, .zlib, limit: limit)
    } catch FileFormatError.malformed(let file, _, let reason) {
      throw FileFormatError.malformed(
        file: file, format: .matlab, reason: "the compressed variable at byte \(range.lowerBound) is damaged: \(reason)"
      )
    } catch FileFormatError.tooLarge(let file, _, _) {
      throw FileFormatError.tooLarge(file: file, format: .matlab, limit: total)
    }
  }

  /// Reads the header of 128 bytes: whether the most significant bytes come first.
  private static func byteOrder(_ source: ByteSource) throws -> Bool {
    func unsupported(_ reason: String) -> FileFormatError {
      .unsupported(file: source.name, format: .matlab, reason: reason)
    }
    let header = try source.read(0..<min(headerSize, source.count))
    let hdf5: [UInt8] = [0x89] + Array("HDF".utf8)
    let advice = "save it with -v7"
    if header.starts(with: hdf5) || header.starts(with: Array("MATLAB 7.3".utf8)) {
      throw unsupported("it is of version 7.3, which is HDF5; \(advice)")
    }
    if header.count >= 20, header.prefix(4).contains(0) { throw unsupported("it is of version 4; \(advice)") }
    let mark = header.suffix(2)
    guard header.count == headerSize, mark.elementsEqual("IM".utf8) || mark.elementsEqual("MI".utf8) else {
      throw FileFormatError.malformed(
        file: source.name, format: .matlab, reason: "it does not begin with a header of 128 bytes that ends in IM or MI"
      )
    }
    let isBigEndian = mark.elementsEqual("MI".utf8)
    let version = isBigEndian ? header[124] : header[125]
    guard version == 1 else { throw unsupported("it is of version \(version), expected 1; \(advice)") }
    return isBigEndian
  }
}
