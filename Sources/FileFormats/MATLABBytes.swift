/// The bytes of a variable, and how they are cut into elements: a tag with a type and a size, then the content.
struct MATLABBytes {
  /// What an element holds.
  enum ElementType: UInt32 {
    case int8 = 1
    case uint8, int16, uint16, int32, uint32, single
    case double = 9
    case int64 = 12
    case uint64, matrix, compressed, utf8, utf16, utf32

    /// The size of one number or code unit; nil where there are none.
    var size: Int? {
      switch self {
      case .int8, .uint8, .utf8: 1
      case .int16, .uint16, .utf16: 2
      case .int32, .uint32, .single, .utf32: 4
      case .double, .int64, .uint64: 8
      case .matrix, .compressed: nil
      }
    }
  }

  struct Element {
    let type: ElementType
    let body: Range<Int>
    /// Where the next element begins.
    let next: Int
  }

  let bytes: [UInt8]
  let isBigEndian: Bool
  /// What errors call the file, and where the bytes begin in it: nil if they were inflated.
  let file: String
  private let offset: Int?

  init(_ bytes: [UInt8], file: String, offset: Int?, isBigEndian: Bool) {
    self.bytes = bytes
    self.file = file
    self.offset = offset
    self.isBigEndian = isBigEndian
  }

  /// The element whose tag is at a place, within the bytes before `end`.
  /// - Throws: `FileFormatError.malformed`.
  func element(at place: Int, end: Int) throws -> Element {
    precondition(end <= bytes.count, "\(end) is beyond \(bytes.count) bytes")
    return try announced(at: place, end: end)
  }

  /// The same where only the tag is in memory, and the content that it announces ends before `end`.
  func announced(at place: Int, end: Int) throws -> Element {
    guard place <= end - 8, place <= bytes.count - 8 else { throw malformed("it ends within a tag", at: place) }
    let word = self.word(at: place)
    // A small element has its size beside its type, and its content in the other half of the tag.
    let isSmall = word >> 16 != 0
    let code = isSmall ? word & 0xFFFF : word
    guard let type = ElementType(rawValue: code) else {
      throw malformed("an element is of unknown type \(code)", at: place)
    }
    if isSmall {
      let size = Int(word >> 16)
      guard size <= 4 else { throw malformed("a small element announces \(size) bytes", at: place) }
      return Element(type: type, body: place + 4..<place + 4 + size, next: place + 8)
    }
    let size = Int(self.word(at: place + 4))
    let start = place + 8
    guard size <= end - start else {
      throw malformed("an element announces \(size) bytes, and there are \(end - start)", at: place)
    }
    // Everything is padded to multiples of 8 bytes but compressed elements; the last one sometimes is not either.
    let padded = type == .compressed ? size : (size + 7) & ~7
    return Element(type: type, body: start..<start + size, next: min(start + padded, end))
  }

  /// 32 bits at a place. The caller has made sure that they are there.
  func word(at place: Int) -> UInt32 { load(UInt32.self, at: place) }

  func load<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type, at place: Int) -> Word {
    precondition(
      place >= 0 && place <= bytes.count - MemoryLayout<Word>.size, "\(place) is beyond \(bytes.count) bytes")
    let word = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Word.self) }
    return isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)
  }

  /// Integers of 32 bits that an element holds.
  func words(_ range: Range<Int>) -> [UInt32] {
    stride(from: range.lowerBound, to: range.upperBound - 3, by: 4).map(word)
  }

  func malformed(_ reason: String, at place: Int) -> FileFormatError {
    .malformed(file: file, format: .matlab, reason: "\(reason) (\(location(place)))")
  }

  func unsupported(_ reason: String, at place: Int) -> FileFormatError {
    .unsupported(file: file, format: .matlab, reason: "\(reason) (\(location(place)))")
  }

  private func location(_ place: Int) -> String {
    offset.map { "at byte \($0 + place)" } ?? "at byte \(place) of an inflated variable"
  }
}
