import FileFormats
import Foundation
import Tensors
import TestFiles
import Testing

@Suite struct IDXTests {
  @Test func aFileOfPythonHasItsValues() throws {
    let expected = try MATLABTests.Reference.read().idx
    let idx = try IDX(contentsOf: Golden.path("bytes.idx.gz"))
    #expect(idx.extents == expected.extents && idx.octets == expected.bytes)
    #expect(idx.tensor() == Tensor(expected.bytes.map(Float.init), Shape(expected.extents)))
  }

  @Test func plainAndGzipAreTheSame() throws {
    let plain = IDXWriter.file([2, 3], [1, 2, 3, 4, 5, 255])
    let read = try IDX(decoding: plain, name: "a")
    #expect(read.octets == [1, 2, 3, 4, 5, 255])
    #expect(try IDX(decoding: StoredBlocks.gzip(plain), name: "a") == read)
    #expect(try IDX(decoding: IDXWriter.file([0, 28], []), name: "a").octets == [])
  }

  @Test func everyTypeIsRead() throws {
    func values(_ type: UInt8, _ bytes: [UInt8], _ count: Int) throws -> [Float] {
      let idx = try IDX(decoding: IDXWriter.file([count], type: type, bytes), name: "a")
      #expect((idx.octets == nil) == (type != 8))
      return idx.tensor().scalars
    }
    #expect(try values(0x08, [0, 200], 2) == [0, 200])
    #expect(try values(0x09, [0xFF, 100], 2) == [-1, 100])
    #expect(try values(0x0B, [0xFF, 0xFE, 1, 2], 2) == [-2, 258])
    #expect(try values(0x0C, [0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], 2) == [65_536, -1])
    #expect(try values(0x0D, [0x3F, 0xC0, 0, 0], 1) == [1.5])
    #expect(try values(0x0E, [0xBF, 0xE0, 0, 0, 0, 0, 0, 0], 1) == [-0.5])
  }

  static let lies: [(bytes: [UInt8], reason: String)] = [
    ([], "ends within its header"),
    ([0, 0, 8], "ends within its header"),
    ([0, 0, 8, 2, 0, 0], "ends within its header"),
    ([1, 0, 8, 1, 0, 0, 0, 0], "begins with the bytes [1, 0, 8, 1]"),
    ([0, 0, 10, 1, 0, 0, 0, 0], "begins with the bytes [0, 0, 10, 1]"),
    ([0, 0, 8, 0], "announces 0 axes, expected 1 to 16"),
    ([0, 0, 8, 200], "announces 200 axes"),
    (IDXWriter.file([2, 2], [1, 2, 3]), "takes 4 bytes, and 3 follow"),
    (IDXWriter.file([2, 2], [1, 2, 3, 4, 5]), "goes on behind the 4 bytes"),
    (IDXWriter.file([1 << 20], []), "which a file of 8 cannot hold"),
    (IDXWriter.file([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []), "is too large"),
    (IDXWriter.file([0xFFFF_FFFF], []), "takes more than 1073741824 bytes"),
    (StoredBlocks.gzip(IDXWriter.file([1 << 12], [1, 2, 3])), "takes 4096 bytes, and 3 follow"),
    (StoredBlocks.gzip(IDXWriter.file([1 << 20], [1, 2, 3])), "which a file of 34 cannot hold"),
    (StoredBlocks.gzip(IDXWriter.file([2], [1, 2, 3])), "goes on behind the 2 bytes"),
    (Array(StoredBlocks.gzip(IDXWriter.file([2], [1, 2])).dropLast(2)), "ends within its deflated data"),
  ]

  @Test(arguments: lies)
  func aLieIsNamed(_ bytes: [UInt8], _ reason: String) {
    let sentence = message { _ = try IDX(decoding: bytes, name: "a.idx") }
    #expect(sentence.hasPrefix("a.idx: ") && sentence.contains(reason), "'\(sentence)' lacks '\(reason)'")
  }
}
