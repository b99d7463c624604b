/// A reader of the little JSON that file headers hold: it goes through objects key by key and builds no tree, so its
/// memory does not depend on what the file claims, and it cannot be nested deeper than its caller asks for.
struct JSONScanner {
  /// What is wrong, as a sentence.
  struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads an object; `member` is called with each key and must read the value.
  mutating func object(_ member: (inout JSONScanner, String) throws -> Void) throws {
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while accept(",")
    try expect("}")
  }

  /// Reads an array of integers from zero on.
  mutating func integers(atMost limit: Int) throws -> [Int] {
    var values: [Int] = []
    try expect("[")
    if accept("]") { return values }
    repeat {
      guard values.count < limit else { throw Problem("the header has a list of more than \(limit) numbers") }
      values.append(try integer())
    } while accept(",")
    try expect("]")
    return values
  }

  /// Nothing but white space may follow.
  mutating func end() throws {
    skipSpace()
    guard place == bytes.count else { throw Problem("the header goes on behind its JSON, at byte \(place)") }
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let start = place
    var value = 0
    while place < bytes.count, (0x30...0x39).contains(bytes[place]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[place]) - 0x30)
      guard !overflow && !carry else { throw Problem("the header has a number that is too large, at byte \(start)") }
      value = sum
      place += 1
    }
    let isFollowed = place < bytes.count && [0x2E, 0x45, 0x65].contains(bytes[place])  // 1.5, 1E3, 1e3
    guard place > start, !isFollowed, place == start + 1 || bytes[start] != 0x30 else {
      throw Problem("the header lacks an integer, zero or more, at byte \(start)")
    }
    return value
  }

  // MARK: Strings

  /// Reads a string: valid UTF-8, escapes resolved.
  mutating func string() throws -> String {
    try expect("\"")
    let start = place
    var text: [UInt8] = []
    while true {
      guard place < bytes.count else { throw Problem("the header ends within a text that starts at byte \(start)") }
      let byte = bytes[place]
      place += 1
      switch byte {
      case 0x22:
        guard let string = String(validating: text, as: UTF8.self) else {
          throw Problem("the header has a text that is not UTF-8, at byte \(start)")
        }
        return string
      case 0x5C: try escape(&text)
      case 0..<0x20: throw Problem("the header has a control character in a text, at byte \(place - 1)")
      default: text.append(byte)
      }
    }
  }

  private mutating func escape(_ text: inout [UInt8]) throws {
    guard place < bytes.count else { throw Problem("the header ends within a text") }
    let byte = bytes[place]
    place += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xD800..<0xDC00).contains(code), bytes[place...].starts(with: [0x5C, UInt8(ascii: "u")]) {
        place += 2
        let low = try codeUnit()
        guard (0xDC00..<0xE000).contains(low) else {
          throw Problem("the header has half a character, at byte \(place)")
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = UnicodeScalar(code) else {
        throw Problem("the header has half a character, at byte \(place)")
      }
      text += Array(String(scalar).utf8)
    default: throw Problem("the header has an unknown escape in a text, at byte \(place - 1)")
    }
  }

  private mutating func codeUnit() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard place < bytes.count, let digit = Character(UnicodeScalar(bytes[place])).hexDigitValue else {
        throw Problem("the header has an incomplete escape in a text, at byte \(place)")
      }
      value = value << 4 | UInt32(digit)
      place += 1
    }
    return value
  }

  /// The text as a JSON string.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{08}": result += "\\b"
      case "\u{0C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{00}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  // MARK: Punctuation

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else {
      throw Problem(
        place < bytes.count
          ? "the header lacks \(character) at byte \(place)" : "the header ends where \(character) should be")
    }
  }
}
