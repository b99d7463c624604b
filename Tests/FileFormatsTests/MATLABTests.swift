import FileFormats
import Foundation
import TestFiles
import Testing

/// What Tests/Reference/matlab.py says of a value.
final class MATLABExpectation: Decodable, Equatable, CustomStringConvertible {
  let `class`: String
  let extents: [Int]
  var values: [String]?
  var imaginary: [String]?
  var rows: [String]?
  var fields: [String]?
  var items: [MATLABExpectation]?

  init(_ array: MATLABArray) {
    extents = array.extents
    switch array.content {
    case .numbers(let numbers, let imaginary):
      (self.class, values) = Self.described(numbers)
      self.imaginary = imaginary.map { Self.described($0).values }
    case .logicals(let truths): (self.class, values) = ("logical", truths.map { $0 ? "1" : "0" })
    case .text(let rows): (self.class, self.rows) = ("char", rows)
    case .cells(let cells): (self.class, items) = ("cell", cells.map(MATLABExpectation.init))
    case .structs(let structs):
      (self.class, fields) = ("struct", structs.fields)
      items = (0..<structs.count).flatMap { element in
        structs.fields.compactMap { structs[element, $0].map(MATLABExpectation.init) }
      }
    }
  }

  private static func described(_ numbers: MATLABNumbers) -> (class: String, values: [String]) {
    switch numbers {
    case .double(let values): ("double", values.map { String($0.bitPattern) })
    case .single(let values): ("single", values.map { String($0.bitPattern) })
    case .int8(let values): ("int8", values.map { String($0) })
    case .uint8(let values): ("uint8", values.map { String($0) })
    case .int16(let values): ("int16", values.map { String($0) })
    case .uint16(let values): ("uint16", values.map { String($0) })
    case .int32(let values): ("int32", values.map { String($0) })
    case .uint32(let values): ("uint32", values.map { String($0) })
    case .int64(let values): ("int64", values.map { String($0) })
    case .uint64(let values): ("uint64", values.map { String($0) })
    }
  }

  static func == (a: MATLABExpectation, b: MATLABExpectation) -> Bool {
    a.class == b.class && a.extents == b.extents && a.values == b.values && a.imaginary == b.imaginary
      && a.rows == b.rows && a.fields == b.fields && a.items == b.items
  }

  var description: String { "\(self.class) \(extents) \(values ?? rows ?? fields ?? []) \(items ?? [])" }
}

@Suite struct MATLABTests {
  struct Reference: Decodable {
    struct Bytes: Decodable {
      let extents: [Int]
      let bytes: [UInt8]
    }
    let variables: [String: MATLABExpectation]
    let idx: Bytes

    static func read() throws -> Reference {
      try JSONDecoder().decode(Reference.self, from: Data(Golden.bytes("matlab.json")))
    }
  }

  @Test(arguments: ["plain.mat", "compressed.mat"])
  func aFileOfScipyHasItsValues(_ name: String) throws {
    let expected = try Reference.read().variables
    let read = try MATLAB.read(Golden.path(name))
    #expect(Set(read.keys) == Set(expected.keys))
    for (name, value) in expected {
      #expect(try MATLABExpectation(#require(read[name])) == value, "\(name)")
    }
    #expect(try MATLAB.decode(Golden.bytes(name), name: name, only: ["word", "none"]).keys.sorted() == ["word"])
  }

  static let cars = MATLABWriter.Value.structs(
    [1, 2], fields: ["relative_im_path", "class", "test"],
    [
      .text("car_ims/000001.jpg"), .small([1, 1], [7]), .logicals([1, 1], [true]),
      .text("Ж𝄞"), .doubles([1, 1], [196]), .cells([0, 0], []),
    ])

  @Test(arguments: [false, true], [false, true])
  func eitherByteOrderIsRead(_ isBigEndian: Bool, _ isCompressed: Bool) throws {
    let writer = MATLABWriter(isBigEndian: isBigEndian)
    let bytes = writer.file(
      [("annotations", Self.cars), ("x", .doubles([2, 1], [-0.5, 1e300]))], isCompressed: isCompressed)
    let read = try MATLAB.decode(bytes, name: "a.mat")
    #expect(read["x"]?.extents == [2, 1])
    #expect(read["x"]?.content == .numbers(.double([-0.5, 1e300]), imaginary: nil))
    let structs = try #require(read["annotations"]?.structs)
    #expect(structs.count == 2 && structs.fields == ["relative_im_path", "class", "test"])
    #expect(structs[0, "relative_im_path"]?.string == "car_ims/000001.jpg")
    #expect(structs[1, "relative_im_path"]?.string == "Ж𝄞")
    #expect(structs[0, "class"]?.integer == 7 && structs[1, "class"]?.integer == 196)
    #expect(structs[0, "test"]?.integer == 1 && structs[1, "test"]?.cells == [])
    #expect(structs[0, "bbox"] == nil && structs[0, "test"]?.string == nil && structs[1, "test"]?.integer == nil)
  }

  @Test func otherVersionsAreNamed() throws {
    func sentence(_ bytes: [UInt8]) -> String { message { _ = try MATLAB.decode(bytes, name: "a.mat") } }
    var header = MATLABWriter().header
    #expect(try MATLAB.decode(header, name: "a.mat").isEmpty)
    header[125] = 2
    #expect(sentence(header).contains("version 2, expected 1"))
    header.replaceSubrange(0..<10, with: Array("MATLAB 7.3".utf8))
    #expect(sentence(header).contains("version 7.3, which is HDF5; save it with -v7"))
    #expect(sentence([0, 0, 0, 0] + [UInt8](repeating: 1, count: 40)).contains("version 4"))
    #expect(sentence(Array("no such thing".utf8)).contains("does not begin with a header of 128 bytes"))
    #expect(sentence([]).contains("does not begin"))
    #expect(message { _ = try MATLAB.read("/nowhere/a.mat") }.contains("/nowhere/a.mat: cannot be read"))
  }

  @Test func whatIsNotReadIsPassedOverWhereItIsNotWanted() throws {
    let writer = MATLABWriter()
    let sparse = MATLABWriter.Value.raw(writer.opening("s", class: 5, [2, 2]))
    let bytes = writer.file([("s", sparse), ("x", .small([1, 1], [3]))])
    #expect(message { _ = try MATLAB.decode(bytes, name: "a.mat") }.contains("'s' is of class sparse"))
    #expect(try MATLAB.decode(bytes, name: "a.mat", only: ["x"])["x"]?.integer == 3)
  }

  @Test func aLimitIsKept() throws {
    let writer = MATLABWriter()
    for isCompressed in [false, true] {
      let bytes = writer.file(
        [("x", .small([1, 1000], [UInt8](repeating: 1, count: 1000)))], isCompressed: isCompressed)
      #expect(try MATLAB.decode(bytes, name: "a.mat", limit: 8_000).count == 1)
      // Values take eight bytes each, whatever the file takes.
      #expect(message { _ = try MATLAB.decode(bytes, name: "a.mat", limit: 7_999) }.contains("more than 7999 bytes"))
      #expect(message { _ = try MATLAB.decode(bytes, name: "a.mat", limit: 900) }.contains("more than 900 bytes"))
    }
  }

  @Test func namesAndWhatIsPassedOverCountToo() {
    let writer = MATLABWriter()
    let names =
      writer.element(type: 5, writer.integer(UInt32(1))) + writer.element(type: 1, [UInt8](repeating: 65, count: 2_000))
    let fields = writer.file([("x", .raw(writer.opening("x", class: 2, [0, 0]) + names))])
    #expect(message { _ = try MATLAB.decode(fields, name: "a.mat", limit: 9_999) }.contains("more than 9999 bytes"))
    let one = writer.element("x", .small([1, 1000], [UInt8](repeating: 1, count: 1000)), isCompressed: true)
    func passOver(_ count: Int) -> String {
      let bytes = writer.header + [[UInt8]](repeating: one, count: count).flatMap { $0 }
      return message { _ = try MATLAB.decode(bytes, name: "a.mat", only: ["y"], limit: 1_500) }
    }
    #expect(passOver(1) == "no error" && passOver(2).contains("more than 1500 bytes"))
  }

  static func lies(_ writer: MATLABWriter) -> [(bytes: [UInt8], reason: String)] {
    func variable(_ content: [UInt8]) -> [UInt8] { writer.header + writer.element(type: 14, content) }
    let huge = [Int(Int32.max), Int(Int32.max)]
    let ten = writer.element(type: 2, [UInt8](repeating: 0, count: 10))
    var deep = MATLABWriter.Value.small([1, 1], [1])
    for _ in 0..<40 { deep = .cells([1, 1], [deep]) }
    return [
      (writer.header + [14, 0, 0], "it ends within a tag"),
      (writer.header + writer.integer(UInt32(14)) + writer.integer(UInt32.max), "announces 4294967295 bytes"),
      (writer.header + writer.integer(UInt32(77)) + writer.integer(UInt32(0)), "unknown type 77"),
      (writer.header + writer.element(type: 9, writer.integer(UInt64(0))), "a variable was expected"),
      (writer.header + writer.element(type: 15, [1, 2, 3, 4, 5, 6, 7, 8]), "the compressed variable at byte 136"),
      (variable([]), "a variable is an array"),
      (variable(writer.element(type: 6, [1, 2, 3, 4, 5])), "begins with its flags"),
      (variable(writer.opening("x", class: 99, [1, 1])), "unknown class 99"),
      (variable(writer.opening("x", class: 6, [1])), "2 to 32 extents"),
      (variable(writer.opening("x", class: 6, [1, -1])), "impossible extents [1, -1]"),
      (variable(writer.opening("x", class: 6, huge + huge)), "impossible extents"),
      (variable(writer.opening("x", class: 6, [3, 3]) + ten), "9 numbers are announced, got 10 bytes of uint8"),
      (variable(writer.opening("x", class: 6, huge) + ten), "numbers are announced"),
      (
        variable(writer.opening("x", class: 9, [1, 1]) + writer.element(type: 1, [255])), "not one of its array's class"
      ),
      (variable(writer.opening("x", class: 4, huge) + ten), "characters are announced"),
      (variable(writer.opening("x", class: 4, [1, 2]) + writer.element(type: 16, [0xC3, 0x28])), "not valid utf8"),
      (variable(writer.opening("x", class: 1, huge)), "arrays are announced in 0 bytes"),
      (
        variable(
          writer.opening("x", class: 2, huge) + writer.element(type: 5, writer.integer(UInt32(8)))
            + writer.element(type: 1, [])), "takes more than"
      ),
      (writer.file([("x", .structs([1, 1], fields: ["a", "a"], [deep, deep]))]), "two fields of one name"),
      (writer.file([("x", deep)]), "more than 32 deep"),
      (writer.file([("x", .text("a")), ("x", .text("b"))]), "'x' is there twice"),
    ]
  }

  @Test(arguments: [false, true])
  func aLieIsNamed(_ isBigEndian: Bool) {
    for (bytes, reason) in Self.lies(MATLABWriter(isBigEndian: isBigEndian)) {
      let sentence = message { _ = try MATLAB.decode(bytes, name: "a.mat") }
      #expect(sentence.hasPrefix("a.mat: ") && sentence.contains(reason), "'\(sentence)' lacks '\(reason)'")
    }
  }

  @Test(arguments: ["plain.mat", "compressed.mat"])
  func aTruncatedFileLacksVariablesOrIsRefused(_ name: String) throws {
    let bytes = try Golden.bytes(name)
    let all = try MATLAB.decode(bytes, name: name)
    for end in bytes.indices {
      guard let read = try? MATLAB.decode(Array(bytes[..<end]), name: name) else { continue }
      // What is left ends between two variables, or lacks padding only.
      #expect(read.count < all.count || end > bytes.count - 8)
    }
  }
}
