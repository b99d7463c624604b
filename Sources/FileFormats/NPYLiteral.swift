/// A reader of the Python literal in an npy header: a dictionary of three known keys. Nothing is evaluated.
struct NPYLiteral {
  struct Fields {
    var description = ""
    var isFortran = false
    var extents: [Int] = []
  }

  /// What is wrong, as the predicate of a sentence about the header.
  struct Problem: Error {
    let text: String
  }

  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func fields(maximumRank: Int) throws -> Fields {
    var fields = Fields()
    var seen: Set<String> = []
    try expect("{")
    while !accept("}") {
      let key = try string()
      guard seen.insert(key).inserted else { throw Problem(text: "has the key '\(key)' twice") }
      try expect(":")
      switch key {
      case "descr": fields.description = try scalarType()
      case "fortran_order": fields.isFortran = try boolean()
      case "shape": fields.extents = try tuple(maximumRank: maximumRank)
      default: throw Problem(text: "has the unknown key '\(key)'")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard place == bytes.count else { throw Problem(text: "goes on behind its dictionary") }
    for key in ["descr", "fortran_order", "shape"] where !seen.contains(key) {
      throw Problem(text: "lacks the key '\(key)'")
    }
    return fields
  }

  /// A string; a list describes records, which are named by their bracket.
  private mutating func scalarType() throws -> String {
    skipSpace()
    if place < bytes.count && bytes[place] == UInt8(ascii: "[") {
      throw Problem(text: "describes records, not numbers")
    }
    return try string()
  }

  private mutating func string() throws -> String {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: "'") || bytes[place] == UInt8(ascii: "\"") else {
      throw unexpected("a quoted word")
    }
    let quote = bytes[place]
    var text: [UInt8] = []
    place += 1
    while place < bytes.count && bytes[place] != quote {
      guard (0x20...0x7E).contains(bytes[place]), bytes[place] != UInt8(ascii: "\\"), text.count < 64 else {
        throw unexpected("the end of a quoted word")
      }
      text.append(bytes[place])
      place += 1
    }
    guard place < bytes.count else { throw unexpected("the end of a quoted word") }
    place += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func boolean() throws -> Bool {
    if accept("True") { return true }
    if accept("False") { return false }
    throw unexpected("True or False")
  }

  private mutating func tuple(maximumRank: Int) throws -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !accept(")") {
      guard extents.count < maximumRank else { throw Problem(text: "has a shape of more than \(maximumRank) axes") }
      extents.append(try extent())
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func extent() throws -> Int {
    skipSpace()
    let start = place
    var value = 0
    while place < bytes.count, case let digit = bytes[place], (0x30...0x39).contains(digit) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit) - 0x30)
      guard !overflow && !carry else { throw Problem(text: "has an extent that no file can have") }
      value = sum
      place += 1
    }
    guard place > start else { throw unexpected("an extent, zero or more") }
    _ = accept("L")  // Python 2 wrote long integers so
    return value
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }

  private mutating func accept(_ text: StaticString) -> Bool {
    skipSpace()
    return text.withUTF8Buffer { word in
      guard bytes[place...].starts(with: word) else { return false }
      place += word.count
      return true
    }
  }

  private mutating func expect(_ text: StaticString) throws {
    guard accept(text) else { throw unexpected("\(text)") }
  }

  private func unexpected(_ expected: String) -> Problem {
    Problem(text: place < bytes.count ? "lacks \(expected) at byte \(place)" : "ends where \(expected) should be")
  }
}
