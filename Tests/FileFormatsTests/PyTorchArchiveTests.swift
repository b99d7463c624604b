import FileFormats
import Foundation
import Tensors
import TestFiles
import Testing

/// The archives around the pickles.
@Suite struct PyTorchArchiveTests {
  typealias Pickle = PickleWriter
  typealias Entry = ZipWriter.Entry

  static let numbers: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 192]
  static let entries = Pickle.entries(
    Pickle.tensor(Pickle.storage(2), [2], strides: [1]), [(key: "0", bytes: numbers)])

  static func changed(_ index: Int, _ change: (inout Entry) -> Void) -> [UInt8] {
    var entries = entries
    change(&entries[index])
    return ZipWriter().archive(entries)
  }

  @Test func archivesOfAllKindsAreRead() throws {
    func read(_ bytes: [UInt8]) throws -> [Float]? {
      try PyTorchFile(decoding: bytes, name: "a.pth").tensors()["tensor"]?.scalars
    }
    var commented = ZipWriter()
    commented.comment = Array("PK\u{5}\u{6} is how the last record begins, with 18 bytes behind".utf8)
    let order = [Entry("a/byteorder", Array("little".utf8)), Entry("a/version", Array("3\n".utf8))]
    #expect(try read(ZipWriter().archive(Self.entries + order)) == [1, -2])
    #expect(try read(ZipWriter(isLarge: true).archive(Self.entries + order)) == [1, -2])
    #expect(try read(commented.archive(Self.entries)) == [1, -2])
    let deflated = Self.entries.map { Entry($0.name, $0.bytes, isDeflated: true) }
    #expect(try read(ZipWriter().archive(deflated)) == [1, -2])
    // Those of a machine whose most significant byte comes first.
    let big = [
      Self.entries[0], Entry("a/data/0", [63, 128, 0, 0, 192, 0, 0, 0]), Entry("a/byteorder", Array("big".utf8)),
    ]
    #expect(try read(ZipWriter().archive(big)) == [1, -2])
  }

  static let lies: [(bytes: [UInt8], reason: String)] = [
    (changed(1) { $0.header = 0 }, "reaches into what begins at 0"),
    (changed(1) { $0.header = 7 }, "reaches into what begins at"),
    (changed(1) { $0.header = 1 << 30 }, "is beyond the file's data"),
    (changed(1) { $0.header = 200 }, "of 161 bytes at 0 reaches into what begins at 200"),
    (changed(1) { ($0.compressed, $0.size) = (1 << 20, 1 << 20) }, "is beyond the file's data"),
    (changed(0) { ($0.compressed, $0.size) = ($0.size + 40, $0.size + 40) }, "reaches into what begins at"),
    (changed(1) { $0.size = 9 }, "announces 9 bytes in 8"),
    (changed(1) { ($0.method, $0.size) = (8, 1 << 24) }, "announces 16777216 bytes in 8"),
    (changed(1) { $0.method = 8 }, "is damaged"),
    (changed(1) { $0.method = 12 }, "compressed by method 12"),
    (changed(1) { $0.flags = 1 }, "is encrypted"),
    (changed(1) { $0.name = "a/data.pkl" }, "names \"a/data.pkl\" twice"),
    (changed(1) { $0.name = "b/data.pkl" }, "2 files */data.pkl"),
    (changed(0) { $0.name = "a/data.pk" }, "0 files */data.pkl"),
    (changed(1) { $0.name = "a/\u{0}" }, "no valid entry"),
    (ZipWriter().archive(entries + [Entry("a/byteorder", Array("middle".utf8))]), "its byteorder is \"middle\""),
    (
      ZipWriter().archive(entries + [Entry("a/version", Array("11".utf8))]), "it is of version \"11\", expected 1 to 10"
    ),
    (ZipWriter().archive(entries + [Entry("a/version", Array("x".utf8))]), "it is of version \"x\""),
    (ZipWriter().archive(entries + [Entry("a/constants.pkl", [])]), "a program of TorchScript"),
  ]

  @Test(arguments: lies)
  func aLieOfAnArchiveIsNamed(_ bytes: [UInt8], _ reason: String) {
    PyTorchLieTests.expect(bytes, reason)
  }

  @Test(arguments: [false, true])
  func theDirectoryIsNotBelieved(_ isLarge: Bool) {
    var writer = ZipWriter(isLarge: isLarge)
    writer.extraCount = 1
    PyTorchLieTests.expect(writer.archive(Self.entries), "announces 3 entries and has 2")
    (writer.extraCount, writer.extraSize) = (0, 1)
    PyTorchLieTests.expect(writer.archive(Self.entries), isLarge ? "lacks the record" : "does not end at")
    for place in 1...98 {
      for byte in [0, 0x7F, 0xFF] as [UInt8] {
        var bytes = ZipWriter(isLarge: isLarge).archive(Self.entries)
        bytes[bytes.count - place] = byte
        #expect(PyTorchLieTests.sentence(bytes) != "")
      }
    }
  }

  /// Zeros deflate a thousandfold: what they inflate to counts, and has to be what was announced.
  @Test func aBombEndsAtItsAnnouncement() throws {
    let count = 1 << 16
    var entry = Entry("a/data/0", [UInt8](repeating: 0, count: count), isDeflated: true)
    entry.size = 1_000
    let piece = { Pickle.tensor(Pickle.storage($0, type: "ByteStorage"), [1], strides: [1]) }
    PyTorchLieTests.expect(
      ZipWriter().archive([Entry("a/data.pkl", Pickle.pickle(piece(1_000))), entry]), "has more than the 1000 bytes")
    entry.size = count + 1
    PyTorchLieTests.expect(
      ZipWriter().archive([Entry("a/data.pkl", Pickle.pickle(piece(count + 1))), entry]),
      "announces 65537 bytes and has")
    entry.size = count
    let whole = ZipWriter().archive([Entry("a/data.pkl", Pickle.pickle(piece(count))), entry])
    let file = try PyTorchFile(decoding: whole, name: "a.pth", limit: count)
    #expect(message { _ = try file.tensors() }.contains("more than 65536 bytes"))
  }

  @Test(arguments: ["adapter.pth", "adapter-legacy.pth", "tensor.pth", "deflated.pth"])
  func aTruncatedFileIsAnErrorWhereverItEnds(_ name: String) throws {
    let bytes = try Golden.bytes(name)
    for end in bytes.indices {
      #expect(throws: FileFormatError.self) { try PyTorchFile(decoding: Array(bytes[..<end]), name: "x").tensors() }
    }
  }

  @Test func whatIsNoFileOfPyTorchIsNamed() {
    var tar = [UInt8](repeating: 0, count: 1_024)
    tar.replaceSubrange(0..<8, with: Array("sys_info".utf8))
    tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
    PyTorchLieTests.expect(tar, "it is a tar archive")
    PyTorchLieTests.expect(Array("\n<!DOCTYPE html><html><body>Sign in</body></html>".utf8), "a page of HTML")
    PyTorchLieTests.expect(Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n".utf8), "Git LFS")
    PyTorchLieTests.expect([0x1F, 0x8B, 8, 0], "compressed with gzip")
    PyTorchLieTests.expect([], "it begins with the bytes [], expected a zip archive")
    PyTorchLieTests.expect(Array("PK\u{3}\u{4}".utf8) + Array(repeating: 0, count: 99), "is it complete?")
  }
}
