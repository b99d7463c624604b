import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct NPYTests {
  @Test(arguments: Golden.names(endingIn: ".npy"))
  func anArrayHasTheValuesThatNumPyReads(_ name: String) throws {
    let expected = try #require(try Golden.values()[name])
    #expect(try Golden.Values(NPY.read(Golden.path(name))) == expected)
    #expect(try Golden.Values(NPY.decode(Golden.bytes(name), name: name)) == expected)
  }

  @Test(arguments: ["f4-little.npy", "vector.npy", "scalar.npy", "empty.npy"])
  func weWriteTheBytesOfNumPy(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/copy.npy"
    try NPY.write(NPY.read(Golden.path(name)), to: path)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == Golden.bytes(name))
    #expect(folder.files == ["copy.npy"])
  }

  @Test(
    arguments: [[], [1], [7], [2, 3], [1, 3, 224, 224], [0], [4, 0, 3], [1, 1, 1, 1, 1, 1, 1, 1, 2]] as [[Int]])
  func whatIsWrittenIsRead(_ extents: [Int]) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.npy"
    var random = RandomStream(seed: 5, ["npy"], extents)
    let shape = Shape(extents)
    let tensor = Tensor((0..<shape.count).map { _ in random.uniform(-9...9) }, shape)
    try NPY.write(tensor, to: path)
    #expect(try NPY.read(path) == tensor)
  }

  /// An npy file of version 1.0 with any header.
  static func file(_ header: String, _ dataCount: Int = 0) -> [UInt8] {
    let text = Array(header.utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
      + [UInt8](repeating: 0, count: dataCount)
  }

  static let lies: [(header: String, dataCount: Int, reason: String)] = [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23, "takes 24 bytes, and 23 follow"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25, "takes 24 bytes, and 25 follow"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 0, "is too large"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 0, "extent that no file can have"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }", 0, "lacks an extent, zero or more at byte 51"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1e3,), }", 0, "lacks ) at byte 52"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': 4, }", 16, "lacks ( at byte 50"),
    ("{'descr': '<f4', 'fortran_order': 1, 'shape': (4,), }", 16, "lacks True or False"),
    ("{'descr': '<f4', 'shape': (4,), }", 16, "lacks the key 'fortran_order'"),
    ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", 16, "has the key 'descr' twice"),
    ("{'descr': '<f4', 'code': 'x', 'fortran_order': False, 'shape': (4,), }", 16, "has the unknown key 'code'"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }", 16, "describes records, not numbers"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (4,), }", 16, "are of type |O"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }", 16, "are of type <c8"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), } import os", 16, "goes on behind its dictionary"),
    ("{'descr': '<f4", 0, "ends where the end of a quoted word should be"),
    ("", 0, "ends where { should be"),
  ]

  @Test(arguments: lies)
  func aLieIsNamed(_ header: String, _ dataCount: Int, _ reason: String) throws {
    let error = #expect(throws: FileFormatError.self) {
      try NPY.decode(NPYTests.file(header, dataCount), name: "x.npy")
    }
    let sentence = try #require(error).description
    #expect(sentence.hasPrefix("x.npy: ") && sentence.contains(reason), "\(sentence)")
  }

  @Test func zerosDoNotHideAnOverflow() throws {
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 1099511627776, 1048576), }"
    #expect(try NPY.decode(NPYTests.file(header), name: "x").shape == [0, 1_099_511_627_776, 1_048_576])
    let larger = "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 1099511627776, 1099511627776), }"
    #expect(throws: FileFormatError.self) { try NPY.decode(NPYTests.file(larger), name: "x") }
  }

  @Test func aTruncatedFileIsAnErrorWhereverItEnds() throws {
    let bytes = try Golden.bytes("f2-big.npy")
    for end in bytes.indices {
      #expect(throws: FileFormatError.self) { try NPY.decode(Array(bytes[..<end]), name: "x.npy") }
    }
  }
}
