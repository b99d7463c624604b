import Downloads
import Foundation
import TestFiles
import Testing

/// Fetching from a server on loopback.
struct FetcherTests {
  static let content = [UInt8]([0x1F, 0x8B]) + (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 251) }

  let scratch = Scratch()
  var folder: DownloadFolder { DownloadFolder(scratch.path) }

  func file(
    _ mirrors: [String], size: Int? = nil, pin: RemoteFile.Pin = .sha256(digest(content)), instructions: String = ""
  ) -> (RemoteFile, Download) {
    let file = RemoteFile(
      "part/data.gz", from: mirrors, size: size, pin: pin, kind: .gzip, instructions: instructions)
    return (file, Download(id: "set", title: "t", licence: "l", reference: "r", use: "u", files: [file]))
  }

  var place: String { scratch.path + "/set/part/data.gz" }

  func there(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

  func put(_ bytes: [UInt8], at path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func aFileIsFetchedOnce() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content, for: $0) }
    let (file, set) = file([server.url("data.gz")], size: Self.content.count)
    let fetcher = try Fetcher(into: folder)
    let first = try fetcher.fetch(file, of: set)
    #expect(first == .fetched(from: server.url("data.gz"), sha256: digest(Self.content)))
    #expect(there(place) == Self.content)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/set/part") == ["data.gz"])
    #expect(try folder.state(of: file, in: set) == .verified)
    #expect(try fetcher.fetch(file, of: set) == .present)
    #expect(server.requests.count == 1)
    #expect(server.requests[0].headers["accept-encoding"] == "identity")
    #expect(server.requests[0].headers["range"] == nil)
  }

  @Test func anInterruptedFetchGoesOn() throws {
    // Each connection breaks after another 6,000 bytes.
    let server = try HTTPServer { request in
      var response = HTTPServer.file(Self.content, for: request)
      response.announced = response.body.count
      response.body = Array(response.body.prefix(6_000))
      return response
    }
    let (file, set) = file([server.url("data.gz")])
    let outcome = try Fetcher(into: folder).fetch(file, of: set)
    #expect(outcome == .fetched(from: server.url("data.gz"), sha256: digest(Self.content)))
    #expect(there(place) == Self.content)
    #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=6000-", "bytes=12000-", "bytes=18000-"])
    #expect(server.requests.dropFirst().allSatisfy { $0.headers["if-range"] == "\"1\"" })
  }

  @Test func anotherRunGoesOn() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content, for: $0) }
    let (file, set) = file([server.url("data.gz")])
    try put(Array(Self.content.prefix(5_000)), at: place + ".partial")
    #expect(try folder.state(of: file, in: set) == .partial(5_000))
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(there(place) == Self.content)
    #expect(server.requests.map { $0.headers["range"] } == ["bytes=5000-"])
    // Whole, but never checked: nothing is left to send.
    try FileManager.default.moveItem(atPath: place, toPath: place + ".partial")
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(there(place) == Self.content)
  }

  @Test func partsThatDoNotBelongTogetherAreFetchedAgain() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content, for: $0) }
    let (file, set) = file([server.url("data.gz")])
    try put([UInt8](repeating: 9, count: 5_000), at: place + ".partial")
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(there(place) == Self.content)
    #expect(server.requests.map { $0.headers["range"] } == ["bytes=5000-", nil])
    // Longer than the whole.
    try FileManager.default.removeItem(atPath: place)
    try put([UInt8](repeating: 9, count: 50_000), at: place + ".partial")
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(there(place) == Self.content)
  }

  /// Where no hash is known, a part is trusted only if the same server says that it is still the same file.
  @Test func withoutAHashAPartIsOnlyContinuedOfTheSameVersion() throws {
    let broken = try HTTPServer { request in
      var response = HTTPServer.file(Self.content, for: request, tag: "\"old\"")
      guard request.headers["range"] == nil else { return HTTPServer.Response(503) }
      response.announced = response.body.count
      response.body = Array(response.body.prefix(6_000))
      return response
    }
    let (file, set) = file([broken.url("data.gz")], pin: .firstUse)
    #expect(complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }.contains("status 503"))
    #expect(there(place + ".partial")?.count == 6_000)
    #expect(there(place) == nil)
    // Another mirror, which may have another version.
    let other = try HTTPServer { HTTPServer.file(Self.content, for: $0, tag: "\"new\"") }
    let (moved, moving) = self.file([other.url("data.gz")], pin: .firstUse)
    _ = try Fetcher(into: folder).fetch(moved, of: moving)
    #expect(other.requests.map { $0.headers["range"] } == [nil])
    #expect(there(place) == Self.content)
  }

  @Test func aChangedFileIsNotGluedToTheOldOne() throws {
    let changed = [UInt8]([0x1F, 0x8B]) + [UInt8](repeating: 5, count: 9_000)
    let counter = Counter()
    let server = try HTTPServer { request in
      if counter.next() == 0 {
        var response = HTTPServer.file(Self.content, for: request, tag: "\"old\"")
        response.announced = response.body.count
        response.body = Array(response.body.prefix(6_000))
        return response
      }
      return HTTPServer.file(changed, for: request, tag: "\"new\"")
    }
    let (file, set) = file([server.url("data.gz")], pin: .firstUse)
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(there(place) == changed)
    #expect(server.requests.map { $0.headers["if-range"] } == [nil, "\"old\""])
  }

  @Test func mirrorsComeInOrder() throws {
    let server = try HTTPServer { request in
      request.target == "/good"
        ? HTTPServer.file(Self.content, for: request) : HTTPServer.Response(404, body: Array("no".utf8))
    }
    let closed = try unusedPort()
    let (file, set) = file([server.url("gone"), "http://127.0.0.1:\(closed)/x", server.url("good")])
    let events = Events()
    let fetcher = try Fetcher(into: folder, extraMirror: server.url("mine/")) { events.add($0) }
    #expect(try fetcher.fetch(file, of: set) == .fetched(from: server.url("good"), sha256: digest(Self.content)))
    #expect(server.requests.map(\.target) == ["/mine/set/part/data.gz", "/gone", "/good"])
    let failures = events.all.compactMap { if case .gaveUp(let url, let reason) = $0 { (url, reason) } else { nil } }
    #expect(
      failures.map(\.0) == [server.url("mine/set/part/data.gz"), server.url("gone"), "http://127.0.0.1:\(closed)/x"])
    #expect(failures[1].1.contains("status 404"))
    #expect(there(place) == Self.content)
  }

  @Test func redirectsAreFollowedWithTheRange() throws {
    let server = try HTTPServer { request in
      switch request.target {
      case "/old": HTTPServer.Response(302, ["Location": "/new"])
      case "/new": HTTPServer.file(Self.content, for: request)
      case "/loop": HTTPServer.Response(301, ["Location": "/loop"])
      default: HTTPServer.Response(302, ["Location": "file:///etc/passwd"])
      }
    }
    let (file, set) = file([server.url("file"), server.url("loop"), server.url("old")])
    try put(Array(Self.content.prefix(100)), at: place + ".partial")
    #expect(
      try Fetcher(into: folder).fetch(file, of: set) == .fetched(from: server.url("old"), sha256: digest(Self.content)))
    #expect(there(place) == Self.content)
    #expect(server.requests.last { $0.target == "/new" }?.headers["range"] == "bytes=100-")
  }

  @Test func aServerWithoutRangesSendsTheWhole() throws {
    let server = try HTTPServer { _ in HTTPServer.Response(200, body: Self.content) }
    let (file, set) = file([server.url("x")])
    try put(Array(Self.content.prefix(700)), at: place + ".partial")
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(there(place) == Self.content)
    #expect(server.requests.count == 1)
  }

  @Test func offlineNothingIsAsked() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content, for: $0) }
    let (file, set) = file([server.url("x")])
    let fetcher = try Fetcher(into: folder, isOffline: true)
    #expect(complaint { _ = try fetcher.fetch(file, of: set) }.contains("--offline forbids to fetch it"))
    #expect(server.requests.isEmpty)
    try put(Self.content, at: place)
    #expect(try fetcher.fetch(file, of: set) == .present)
  }

  @Test func theFirstFetchIsKept() throws {
    let server = try HTTPServer { HTTPServer.file(Self.content, for: $0) }
    let (file, set) = file([server.url("x")], pin: .firstUse)
    _ = try Fetcher(into: folder).fetch(file, of: set)
    #expect(try folder.state(of: file, in: set) == .asFirstFetched)
    // The same address with another content, later or elsewhere.
    try FileManager.default.removeItem(atPath: place)
    let changed = try HTTPServer { HTTPServer.file(Self.content + [2], for: $0) }
    let (later, sameSet) = self.file([changed.url("x")], pin: .firstUse)
    let text = complaint { _ = try Fetcher(into: folder).fetch(later, of: sameSet) }
    #expect(text.contains("as first fetched (downloads.lock.json)"), "\(text)")
    #expect(there(place) == nil)
  }

  @Test func whatWasPutThereByHandIsPinned() throws {
    let (file, set) = file([], pin: .firstUse, instructions: "click")
    #expect(complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }.contains("has to be got by hand: click"))
    try put(Self.content, at: place)
    #expect(try folder.state(of: file, in: set) == .unpinned(sha256: digest(Self.content)))
    #expect(try Fetcher(into: folder).fetch(file, of: set) == .pinned(sha256: digest(Self.content)))
    #expect(try folder.state(of: file, in: set) == .asFirstFetched)
    try put(Self.content + [3], at: place)
    let wrong = try folder.state(of: file, in: set)
    guard case .wrong(let got, let expected) = wrong else {
      Issue.record("\(wrong)")
      return
    }
    #expect(got.contains(digest(Self.content + [3])) && expected.contains(digest(Self.content)))
    #expect(complaint { _ = try Fetcher(into: folder).fetch(file, of: set) }.contains("remove it and fetch it again"))
    // Nothing is overwritten.
    #expect(there(place) == Self.content + [3])
  }
}
