import Downloads
import Foundation
import TestFiles
import Testing

/// What is not taken, and what is said of it.
extension FetcherTests {
  @Test func aWrongHashIsRefused() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content + [1], for: $0) }
    let (file, set) = file([server.url("data.gz")])
    let text = complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }
    #expect(
      text.contains("its file has SHA-256 \(digest(Self.content + [1])), expected SHA-256 \(digest(Self.content))"))
    #expect(there(place) == nil && there(place + ".partial") == nil)
    let (sized, other) = self.file([server.url("data.gz")], size: Self.content.count)
    #expect(
      complaint { _ = try Fetcher(into: folder).fetch(sized, of: other) }.contains(
        "its file has 20003 bytes, expected 20002"))
    let (prefixed, third) = self.file(
      [server.url("data.gz")], pin: .sha256Prefix(String(digest(Self.content).prefix(8))))
    #expect(
      complaint { _ = try Fetcher(into: folder).fetch(prefixed, of: third) }.contains("a SHA-256 that begins with"))
  }

  @Test func allMirrorsFail() throws {
    let server = try HTTPServer { _ in HTTPServer.Response(404) }
    let (file, set) = file([server.url("a"), server.url("b")], instructions: "ask the authors")
    let text = complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }
    #expect(text.contains("data.gz: no server gave it: \(server.url("a")): status 404; \(server.url("b")): status 404"))
    #expect(text.contains("by hand: ask the authors"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/set/part").isEmpty)
  }

  @Test(arguments: ["<!DOCTYPE html><html>Virus scan warning</html>", "\n <HTML><head>", "<!-- x --><html>"])
  func aWebPageIsNoArchive(_ page: String) throws {
    let server = try HTTPServer { _ in HTTPServer.Response(200, ["Content-Type": "text/html"], body: Array(page.utf8)) }
    let (file, set) = file([server.url("uc?id=1")], pin: .firstUse)
    let text = complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }
    #expect(text.contains("gave a web page ("), "\(text)")
    #expect(there(place) == nil && there(place + ".partial") == nil)
  }

  @Test func firstBytesMustBeThoseOfTheKind() throws {
    let server = try HTTPServer { HTTPServer.file(Array("just a text".utf8), for: $0) }
    let (file, set) = file([server.url("x")], pin: .firstUse)
    let text = complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }
    #expect(text.contains("its first bytes ('just a text') are not those of a gzip file"))
    #expect(there(place + ".partial") == nil)
    let empty = try HTTPServer { _ in HTTPServer.Response(200) }
    let (nothing, other) = self.file([empty.url("x")], pin: .firstUse)
    #expect(complaint { _ = try Fetcher(into: folder).fetch(nothing, of: other) }.contains("no server gave it"))
    #expect(there(place) == nil)
  }

  @Test func theWrongRangeIsRefused() throws {
    let server = try HTTPServer { request in
      request.headers["range"] == nil
        ? HTTPServer.file(Self.content, for: request)
        : HTTPServer.Response(206, ["Content-Range": "bytes 3-20001/20002"], body: Array(Self.content[3...]))
    }
    let (file, set) = file([server.url("x")])
    try put(Array(Self.content.prefix(700)), at: place + ".partial")
    #expect(
      complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }.contains("it sent bytes from 3, not from 700"))
  }

  @Test func aBrokenLockIsNamed() throws {
    let (file, set) = file(["http://127.0.0.1:9/x"], pin: .firstUse)
    try put(Self.content, at: place)
    try put(Array("{".utf8), at: scratch.path + "/downloads.lock.json")
    #expect(complaint { _ = try folder.state(of: file, in: set) }.contains("not a lock file of this program"))
    try put(Array("{\"version\": 9, \"files\": {}}".utf8), at: scratch.path + "/downloads.lock.json")
    #expect(complaint { _ = try folder.state(of: file, in: set) }.contains("it has version 9"))
  }

  @Test func aFolderThatCannotBeWrittenIsNamed() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content, for: $0) }
    let (file, set) = file([server.url("x")])
    try put([1], at: scratch.path + "/set")  // a file where a folder is wanted
    #expect(complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }.contains("/set/part: cannot be written"))
    #expect(server.requests.isEmpty)
  }

  @Test func onlyOneFetchesAFile() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content, for: $0) }
    let (file, set) = file([server.url("x")])
    try put([], at: place + ".partial")
    let descriptor = open(place + ".partial", O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    #expect(complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }.contains("another process is fetching it"))
    close(descriptor)
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(there(place) == Self.content)
  }

  /// A server that says gzip of an archive, and one that packs a text.
  @Test func packingsAreUndoneOrRefused() throws {
    // gzip of "id,x\n1,2\n", three times.
    let packed: [UInt8] = [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 76, 209, 169, 224, 50, 212, 49, 226, 202, 196, 96, 0, 0, 211, 165, 238, 140,
      27, 0, 0, 0,
    ]
    let text = Array(String(repeating: "id,x\n1,2\n", count: 3).utf8)
    let server = try HTTPServer { _ in HTTPServer.Response(200, ["Content-Encoding": "gzip"], body: packed) }
    let (archive, set) = file([server.url("x.gz")], pin: .sha256(digest(packed)))
    #expect(
      complaint { _ = try Fetcher(into: folder).fetch(archive, of: set) }.contains("it calls the archive a packing"))
    #expect(there(place) == nil)
    let table = RemoteFile(
      "x.csv", from: [server.url("x.csv")], size: text.count, pin: .sha256(digest(text)), kind: .text)
    _ = try Fetcher(into: folder).fetch(table, of: set)
    #expect(there(scratch.path + "/set/x.csv") == text)
  }
}
