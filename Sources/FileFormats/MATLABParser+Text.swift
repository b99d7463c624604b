extension MATLABParser {
  /// Characters, row by row.
  mutating func text(_ header: MATLABHeader, end: Int) throws -> [String] {
    let (rows, count) = (header.extents[0], header.count)
    // scipy and MATLAB leave the content of an empty text out, or write an element of no bytes.
    if count == 0 { return [] }
    let element = try bytes.element(at: header.end, end: end)
    guard let size = element.type.size, element.body.count % size == 0, element.body.count / size / 4 <= count,
      count <= element.body.count
    else {
      throw bytes.malformed(
        "\(count) characters are announced, got \(element.body.count) bytes of \(element.type)",
        at: element.body.lowerBound)
    }
    try budget.spend(count, of: 32)
    guard let scalars = scalars(of: element) else {
      throw bytes.malformed("a text is not valid \(element.type)", at: element.body.lowerBound)
    }
    // Elements are characters of 16 bits in MATLAB, and whole ones in files of scipy.
    if scalars.count == count {
      return (0..<rows).map { row in
        var text = String.UnicodeScalarView()
        for i in stride(from: row, to: count, by: rows) { text.append(scalars[i]) }
        return String(text)
      }
    }
    let units = scalars.flatMap { Array(String($0).utf16) }
    guard units.count == count else {
      throw bytes.malformed(
        "\(count) characters are announced, and \(scalars.count) follow", at: element.body.lowerBound)
    }
    return (0..<rows).map { row in
      String(decoding: stride(from: row, to: count, by: rows).map { units[$0] }, as: UTF16.self)
    }
  }

  /// The characters of an element; nil if they are not valid in their encoding.
  private func scalars(of element: Element) -> [Unicode.Scalar]? {
    let places = element.body
    switch element.type {
    case .int8, .uint8: return bytes.bytes[places].map { Unicode.Scalar($0) }
    case .utf8: return String(validating: bytes.bytes[places], as: UTF8.self).map { Array($0.unicodeScalars) }
    case .uint16, .int16, .utf16:
      let units = stride(from: places.lowerBound, to: places.upperBound, by: 2).map { bytes.load(UInt16.self, at: $0) }
      return String(validating: units, as: UTF16.self).map { Array($0.unicodeScalars) }
    case .uint32, .int32, .utf32:
      var scalars: [Unicode.Scalar] = []
      for word in bytes.words(places) {
        guard let scalar = Unicode.Scalar(word) else { return nil }
        scalars.append(scalar)
      }
      return scalars
    case .int64, .uint64, .single, .double, .matrix, .compressed: return nil
    }
  }
}
