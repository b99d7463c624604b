import FileFormats
import Foundation
import TestFiles
import Testing

@Suite struct DeflatedTests {
  @Test func membersFollowEachOther() throws {
    let expected = String(repeating: "one, ", count: 50) + "two"
    #expect(try Deflated.gzip(contentsOf: Golden.path("two-members.gz"), limit: 253) == Array(expected.utf8))
    let bytes = try Golden.bytes("two-members.gz")
    #expect(message { _ = try Deflated.gzip(bytes, limit: 252, name: "a.gz") }.contains("more than 252 bytes"))
    #expect(message { _ = try Deflated.gzip(bytes + [0], limit: 999, name: "a.gz") }.contains("ends within"))
    #expect(message { _ = try Deflated.gzip(bytes + Array("rest".utf8), limit: 999, name: "a.gz") }.contains("header"))
  }

  @Test(arguments: [0, 1, 5, 65_535, 65_536, 200_000])
  func whatWasStoredComesBack(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
    #expect(try Deflated.gzip(StoredBlocks.gzip(bytes), limit: count, name: "a") == bytes)
    #expect(try Deflated.zlib(StoredBlocks.zlib(bytes), limit: count, name: "a") == bytes)
    if count > 0 {
      #expect(throws: FileFormatError.tooLarge(file: "a", format: .zlib, limit: count - 1)) {
        try Deflated.zlib(StoredBlocks.zlib(bytes), limit: count - 1, name: "a")
      }
    }
  }

  /// 64 KiB of a deflated file that go on repeating themselves: a bomb in miniature.
  @Test func aBombEndsAtTheLimit() throws {
    let original = try Deflated.gzip(contentsOf: Golden.path("two-members.gz"), limit: 1 << 10)
    let bytes = try Golden.bytes("two-members.gz")
    let bomb = [[UInt8]](repeating: bytes, count: 3_000).flatMap { $0 }
    #expect(bomb.count * 4 < original.count * 3_000)
    #expect(throws: FileFormatError.tooLarge(file: "a", format: .gzip, limit: 1 << 16)) {
      try Deflated.gzip(bomb, limit: 1 << 16, name: "a")
    }
  }

  @Test func damageIsNamed() throws {
    let whole = StoredBlocks.gzip(Array("some text".utf8))
    for end in whole.indices {
      #expect(message { _ = try Deflated.gzip(Array(whole[..<end]), limit: 99, name: "a.gz") }.hasPrefix("a.gz: "))
    }
    for place in [0, 1, 10, 17, whole.count - 8, whole.count - 1] {
      var bytes = whole
      bytes[place] ^= 0x11
      #expect(throws: FileFormatError.self) { try Deflated.gzip(bytes, limit: 99, name: "a.gz") }
    }
    #expect(throws: FileFormatError.self) { try Deflated.zlib(whole, limit: 99, name: "a") }
  }
}
