/// Makes values of the bytes of a variable.
struct MATLABParser {
  typealias Element = MATLABBytes.Element

  let bytes: MATLABBytes
  var budget: MemoryBudget

  /// Cells and structs within each other deeper than this are a lie.
  private static let maximumDepth = 32
  private static let maximumNameSize = 256

  init(_ bytes: MATLABBytes, budget: MemoryBudget) {
    self.bytes = bytes
    self.budget = budget
  }

  /// The variable that the bytes are, with its name; nil if it is none of those wanted, or what MATLAB keeps for itself.
  /// - Throws: `FileFormatError`.
  mutating func variable(only names: Set<String>?) throws -> (name: String, value: MATLABArray)? {
    let element = try bytes.element(at: 0, end: bytes.bytes.count)
    guard element.type == .matrix, !element.body.isEmpty else {
      throw bytes.malformed("a variable is an array, got an element of type \(element.type.rawValue)", at: 0)
    }
    let header = try MATLABHeader(bytes, in: element.body)
    if header.name.isEmpty, header.class != .opaque { return nil }
    if let names, !names.contains(header.name) { return nil }
    return (header.name, try array(header, in: element.body, depth: 0))
  }

  private mutating func array(at place: Int, end: Int, depth: Int) throws -> (MATLABArray, next: Int) {
    let element = try bytes.element(at: place, end: end)
    guard element.type == .matrix else {
      throw bytes.malformed("an array was expected, got an element of type \(element.type.rawValue)", at: place)
    }
    // MATLAB writes an empty matrix of doubles without anything in it.
    guard !element.body.isEmpty else {
      return (MATLABArray(extents: [0, 0], .numbers(.double([]), imaginary: nil)), element.next)
    }
    let header = try MATLABHeader(bytes, in: element.body)
    return (try array(header, in: element.body, depth: depth), element.next)
  }

  private mutating func array(_ header: MATLABHeader, in range: Range<Int>, depth: Int) throws -> MATLABArray {
    guard depth < Self.maximumDepth else {
      throw bytes.malformed("arrays lie more than \(Self.maximumDepth) deep in each other", at: range.lowerBound)
    }
    let content: MATLABArray.Content
    switch header.class {
    case .cell: content = .cells(try arrays(header.count, at: header.end, end: range.upperBound, depth: depth))
    case .structure: content = .structs(try structs(header, end: range.upperBound, depth: depth))
    case .character: content = .text(try text(header, end: range.upperBound))
    case .double, .single, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64:
      content = try numeric(header, end: range.upperBound)
    case .object, .sparse, .function, .opaque:
      throw bytes.unsupported(
        "'\(header.name)' is of class \(header.class); numbers, logicals, characters, cells and structs are",
        at: range.lowerBound)
    }
    return MATLABArray(extents: header.extents, content)
  }

  private mutating func arrays(_ count: Int, at place: Int, end: Int, depth: Int) throws -> [MATLABArray] {
    // Each takes a tag at least.
    guard count <= (end - place) / 8 else {
      throw bytes.malformed("\(count) arrays are announced in \(end - place) bytes", at: place)
    }
    try budget.spend(count, of: MemoryLayout<MATLABArray>.stride + 64)
    var result: [MATLABArray] = []
    result.reserveCapacity(count)
    var place = place
    for _ in 0..<count {
      let (array, next) = try array(at: place, end: end, depth: depth + 1)
      result.append(array)
      place = next
    }
    return result
  }

  private mutating func structs(_ header: MATLABHeader, end: Int, depth: Int) throws -> MATLABStructs {
    let length = try bytes.element(at: header.end, end: end)
    guard length.type == .int32, length.body.count == 4 else {
      throw bytes.malformed("a struct has the length of its names, 4 bytes of type int32", at: header.end)
    }
    let size = Int(Int32(bitPattern: bytes.word(at: length.body.lowerBound)))
    let names = try bytes.element(at: length.next, end: end)
    guard names.type == .int8, (1...Self.maximumNameSize).contains(size), names.body.count % size == 0 else {
      throw bytes.malformed("a struct has names of \(size) bytes each, got \(names.body.count) bytes", at: length.next)
    }
    try budget.spend(names.body.count / size, of: 64)
    let fields = try stride(from: names.body.lowerBound, to: names.body.upperBound, by: size).map { start in
      let name = bytes.bytes[start..<start + size].prefix { $0 != 0 }
      guard let field = String(validating: name, as: UTF8.self) else {
        throw bytes.malformed("a field of a struct has a name that is not a text", at: start)
      }
      return field
    }
    guard Set(fields).count == fields.count else {
      throw bytes.malformed("a struct has two fields of one name", at: length.next)
    }
    // Elements without fields take no room in the file, but whoever goes through them takes time.
    try budget.spend(header.count, of: 8)
    let (count, overflow) = header.count.multipliedReportingOverflow(by: fields.count)
    guard !overflow else { throw bytes.malformed("a struct has too many values", at: header.end) }
    return MATLABStructs(
      count: header.count, fields: fields,
      values: try arrays(count, at: names.next, end: end, depth: depth))
  }
}
