import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct SafeTensorsTests {
  @Test(arguments: Golden.names(endingIn: ".safetensors"))
  func tensorsHaveTheValuesThatTheReferenceReads(_ name: String) throws {
    let file = try SafeTensors(contentsOf: Golden.path(name))
    let expected = try Golden.values().filter { $0.key.hasPrefix(name + "/") }
    #expect(file.tensors.count == expected.count)
    for (key, tensor) in file.tensors {
      #expect(Golden.Values(tensor) == expected["\(name)/\(key)"], "\(key)")
    }
    #expect(file.metadata == (name == "mixed.safetensors" ? ["format": "pt"] : ["title": "a\tb \"c\" é"]))
  }

  @Test func weWriteTheBytesOfTheReference() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/copy.safetensors"
    try SafeTensors(contentsOf: Golden.path("floats.safetensors")).write(to: path)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == Golden.bytes("floats.safetensors"))
    #expect(folder.files == ["copy.safetensors"])
  }

  @Test func whatIsWrittenIsReadAndAlwaysTheSameBytes() throws {
    let folder = try TemporaryFolder()
    var random = RandomStream(seed: 6, ["safetensors"])
    var file = SafeTensors(metadata: ["b": "2", "a": "\u{1}\"\\\n\u{1F600}", "": ""])
    for index in 0..<40 {
      let shape = Shape((0..<random.integer(below: 4)).map { _ in random.integer(below: 5) })
      file.tensors["layer.\(index)/ü"] = Tensor((0..<shape.count).map { _ in random.uniform(-1...1) }, shape)
    }
    try file.write(to: folder.path + "/a")
    let read = try SafeTensors(contentsOf: folder.path + "/a")
    #expect(read.tensors == file.tensors)
    #expect(read.metadata == file.metadata)
    try read.write(to: folder.path + "/b")
    let a = try #require(FileManager.default.contents(atPath: folder.path + "/a"))
    #expect(a == FileManager.default.contents(atPath: folder.path + "/b"))
    // The arrays begin at a multiple of 8 bytes.
    #expect(a.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) } % 8 == 0)
  }

  @Test func theFormatsOwnNameIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = SafeTensors(tensors: ["__metadata__": Tensor(zeros: [1])])
    #expect(throws: FileFormatError.self) { try file.write(to: folder.path + "/a") }
    #expect(folder.files.isEmpty)
  }

  /// A file with any header.
  static func file(_ header: String, _ dataCount: Int = 0) -> [UInt8] {
    let text = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
      + [UInt8](repeating: 0, count: dataCount)
  }

  static func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
    #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  static let lies: [(header: String, dataCount: Int, reason: String)] = [
    ("{\(entry("a", "F32", "[2]", "[0,8]"))}", 4, "tensor \"a\" ends at 8, the data at 4"),
    ("{\(entry("a", "F32", "[2]", "[0,8]"))}", 9, "1 bytes behind the last tensor are nobody's"),
    ("{\(entry("a", "F32", "[2]", "[4,12]"))}", 12, "at 4 leaves a hole that begins at 0"),
    (
      "{\(entry("a", "F32", "[2]", "[0,8]")),\(entry("b", "F32", "[2]", "[12,20]"))}", 20,
      "leaves a hole that begins at 8"
    ),
    ("{\(entry("a", "F32", "[2]", "[0,8]")),\(entry("b", "F32", "[2]", "[4,12]"))}", 12, "overlaps the one before it"),
    ("{\(entry("a", "F32", "[3]", "[0,8]"))}", 8, "takes 12 bytes, its offsets span 8"),
    ("{\(entry("a", "F32", "[2]", "[8,0]"))}", 8, "ends at 0, before its start at 8"),
    ("{\(entry("a", "F32", "[-2]", "[0,8]"))}", 8, "lacks an integer, zero or more"),
    ("{\(entry("a", "F32", "[2.0]", "[0,8]"))}", 8, "lacks an integer, zero or more"),
    ("{\(entry("a", "F32", "[02]", "[0,8]"))}", 8, "lacks an integer, zero or more"),
    ("{\(entry("a", "F32", "[4611686018427387904,4]", "[0,0]"))}", 0, "has a shape that no file can have"),
    ("{\(entry("a", "F32", "[99999999999999999999]", "[0,8]"))}", 8, "has a number that is too large"),
    ("{\(entry("a", "F32", "[2]", "[0,8,9]"))}", 8, "a list of more than 2 numbers"),
    ("{\(entry("a", "F32", "[2]", "[0]"))}", 8, "does not have a dtype, a shape and two data_offsets"),
    ("{\(entry("a", "F8_E4M3", "[2]", "[0,2]"))}", 2, "is of type \"F8_E4M3\""),
    ("{\(entry("a", "F32", "[1]", "[0,4]")),\(entry("a", "F32", "[1]", "[4,8]"))}", 8, "names \"a\" twice"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "has \"shape\" twice"),
    ("{\"a\":{\"dtype\":\"F32\",\"code\":[[[[[[1]]]]]]}}", 0, "has the unknown key \"code\""),
    ("{\"a\":\(String(repeating: "[", count: 100_000))", 0, "lacks { at byte 5"),
    ("{\"__metadata__\":{\"a\":1}}", 0, "lacks \" at byte 21"),
    ("{\"__metadata__\":{\"a\":\"\\ud800\"}}", 0, "half a character"),
    ("{\"__metadata__\":{\"a\":\"\\u00g0\"}}", 0, "incomplete escape"),
    ("{\"__metadata__\":{\"a\":\"\n\"}}", 0, "a control character in a text"),
    ("{} x", 0, "goes on behind its JSON"),
    ("{", 0, "the header ends where \" should be"),
    ("", 0, "the header ends where { should be"),
  ]

  @Test(arguments: lies)
  func aLieIsNamed(_ header: String, _ dataCount: Int, _ reason: String) throws {
    let error = #expect(throws: FileFormatError.self) {
      try SafeTensors(decoding: SafeTensorsTests.file(header, dataCount), name: "m.safetensors")
    }
    let sentence = try #require(error).description
    #expect(sentence.hasPrefix("m.safetensors: ") && sentence.contains(reason), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  @Test func aHeadersLengthIsNotBelieved() {
    for length in [1 << 20, 100_000_001, UInt64.max] as [UInt64] {
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array("{}".utf8)
      #expect(throws: FileFormatError.self) { try SafeTensors(decoding: bytes, name: "x") }
    }
    #expect(throws: FileFormatError.self) { try SafeTensors(decoding: [1, 2, 3], name: "x") }
  }

  @Test func textsAreUTF8() {
    var bytes = SafeTensorsTests.file("{\"__metadata__\":{\"a\":\"xx\"}}")
    bytes[bytes.count - 4] = 0xFF
    #expect(throws: FileFormatError.self) { try SafeTensors(decoding: bytes, name: "x") }
  }

  @Test func aTruncatedFileIsAnErrorWhereverItEnds() throws {
    let bytes = try Golden.bytes("mixed.safetensors")
    for end in bytes.indices {
      #expect(throws: FileFormatError.self) { try SafeTensors(decoding: Array(bytes[..<end]), name: "x") }
    }
  }
}
