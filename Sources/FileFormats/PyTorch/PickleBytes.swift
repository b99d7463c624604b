/// The bytes of a pickle from first to last. Only a window of them is in memory.
struct PickleBytes {
  private let source: ByteSource
  /// What errors call it, behind "at byte n"; places are counted from where it begins.
  private let label: String
  private let start: Int
  private let end: Int
  /// Where the next byte lies in the source.
  private(set) var position: Int
  private var window: [UInt8] = []
  private var windowStart: Int

  private static let windowSize = 1 << 16
  private static let maximumLine = 1 << 12

  /// - Parameter range: where it lies in the source; the caller has compared it with the source's size.
  init(_ source: ByteSource, in range: Range<Int>, label: String) {
    self.source = source
    self.label = label
    (start, end) = (range.lowerBound, range.upperBound)
    (position, windowStart) = (start, start)
  }

  /// How many bytes are left.
  var remaining: Int { end - position }

  var file: String { source.name }

  mutating func byte() throws -> UInt8 {
    if position - windowStart >= window.count {
      guard position < end else { throw malformed("it ends within a pickle") }
      window = try source.read(position..<min(position + Self.windowSize, end))
      windowStart = position
    }
    defer { position += 1 }
    return window[position - windowStart]
  }

  /// The next bytes.
  /// - Throws: `FileFormatError`, before any memory is taken if there are not as many.
  mutating func take(_ count: Int) throws -> [UInt8] {
    guard count >= 0, count <= remaining else {
      throw malformed("\(count) bytes are announced, and \(remaining) follow")
    }
    defer { position += count }
    let place = position - windowStart
    if place <= window.count, count <= window.count - place { return Array(window[place..<place + count]) }
    return try source.read(position..<position + count)
  }

  /// An unsigned integer, least significant byte first.
  mutating func little<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type) throws -> Word {
    var word: Word = 0
    for place in 0..<MemoryLayout<Word>.size { word |= Word(try byte()) << Word(8 * place) }
    return word
  }

  /// A length of 1, 4 or 8 bytes.
  mutating func length<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type) throws -> Int {
    let word = try little(Word.self)
    guard let length = Int(exactly: word) else {
      throw malformed("\(word) bytes are announced, and \(remaining) follow")
    }
    return length
  }

  /// The text before the next line feed.
  mutating func line() throws -> String {
    var bytes: [UInt8] = []
    while case let byte = try byte(), byte != UInt8(ascii: "\n") {
      guard bytes.count < Self.maximumLine else { throw malformed("a line has more than \(Self.maximumLine) bytes") }
      bytes.append(byte)
    }
    return try text(bytes)
  }

  func text(_ bytes: [UInt8]) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed("a text is not valid UTF-8") }
    return text
  }

  func malformed(_ reason: String) -> FileFormatError {
    .malformed(file: file, format: .pytorch, reason: "\(reason) (\(place))")
  }

  func unsupported(_ reason: String) -> FileFormatError {
    .unsupported(file: file, format: .pytorch, reason: "\(reason) (\(place))")
  }

  private var place: String { "at byte \(position - start) of \(label)" }
}
