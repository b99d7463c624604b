import Foundation
import TestFiles
import Testing

/// `data list`, `fetch` and `verify`, against a server on loopback.
struct DataCommandTests {
  private let scratch: Scratch
  private let server: HTTPServer
  private let manifest: String

  private static let archive = [UInt8]([0x50, 0x4B, 3, 4]) + [UInt8](repeating: 7, count: 3_000)
  /// Of `archive`.
  private static let hash = "4fbafce738e6a3288189bd4465365bf85a50a3a00864ba650d070d79c1e94779"

  init() throws {
    scratch = try Scratch()
    server = try HTTPServer { request in
      switch request.target {
      case "/a.zip": HTTPServer.file(Self.archive, for: request)
      case "/page.zip": HTTPServer.Response(200, body: Array("<html>Sign in</html>".utf8))
      // As a proxy: the target names the host.
      case "http://data.example/proxied.zip": HTTPServer.file(Self.archive, for: request)
      default: HTTPServer.Response(404)
      }
    }
    let files = [
      #"{"name": "a.zip", "mirrors": ["\#(server.url("gone"))", "\#(server.url("a.zip"))"], "kind": "zip", "#
        + #""sha256": "\#(Self.hash)", "pinnedBy": "a test"}"#,
      #"{"name": "free.zip", "mirrors": ["\#(server.url("a.zip"))"], "kind": "zip"}"#,
      #"{"name": "page.zip", "mirrors": ["\#(server.url("page.zip"))"]}"#,
      #"{"name": "proxied.zip", "mirrors": ["http://data.example/proxied.zip"], "kind": "zip"}"#,
      #"{"name": "hand.txt", "instructions": "write to the authors"}"#,
    ].joined(separator: ", ")
    manifest = try scratch.write(
      """
      {"downloads": [{"id": "set", "title": "A set", "licence": "free for tests", "reference": "none",
       "use": "unzip it", "files": [\(files)]}]}
      """, to: "manifest.json")
  }

  private func data(_ arguments: String..., environment: [String: String] = [:]) throws -> GauntletProcess.Outcome {
    try GauntletProcess.run(
      ["data"] + arguments + ["--manifest", manifest],
      environment: ["GAUNTLET_DATA": scratch.file("data"), "http_proxy": "", "no_proxy": ""]
        .merging(environment) { $1 })
  }

  @Test func fetchAndVerify() throws {
    let first = try data("fetch", "set/a.zip")
    #expect(first.status == 0, "\(first.error)")
    #expect(first.output == scratch.file("data") + "/set/a.zip\n")
    #expect(first.error.contains("licence: free for tests") && first.error.contains("status 404"))
    #expect(first.error.contains("set/a.zip: from \(server.url("a.zip"))") && first.error.contains("then: unzip it"))
    #expect(FileManager.default.contents(atPath: scratch.file("data/set/a.zip")).map { Array($0) } == Self.archive)
    let again = try data("fetch", "set/a.zip", "--offline")
    #expect(again.status == 0 && again.error.contains("it was there"))

    let free = try data("fetch", "set/free.zip")
    #expect(free.status == 0 && free.error.contains("kept for later"))
    let verified = try data("verify")
    #expect(verified.status == 0, "\(verified.error)")
    #expect(
      verified.output
        == "set/a.zip: right (pinned by a test)\nset/free.zip: as first fetched; nobody published a hash\n")
    _ = try scratch.write([1, 2, 3], to: "data/set/a.zip")
    let wrong = try data("verify", "set/a.zip")
    #expect(wrong.status == 65 && wrong.output.contains("WRONG: got SHA-256") && wrong.error.contains("remove it"))
  }

  @Test func whatCannotBeFetchedHasItsExitStatus() throws {
    let page = try data("fetch", "set/page.zip")
    #expect(page.status == 66 && page.error.contains("gave a web page ('<html>Sign in</html>')"), "\(page.error)")
    let hand = try data("fetch", "set/hand.txt")
    #expect(hand.status == 66 && hand.error.contains("has to be got by hand: write to the authors"))
    let offline = try data("fetch", "set/a.zip", "--offline")
    #expect(offline.status == 66 && offline.error.contains("--offline forbids"))
    #expect(server.requests.allSatisfy { $0.target != "/a.zip" })
    let unknown = try data("fetch", "sets")
    #expect(unknown.status == 64 && unknown.error.contains("nothing is called 'sets'; known: set"))
    let file = try data("fetch", "set/b.zip")
    #expect(file.status == 64 && file.error.contains("known: a.zip, free.zip"))
    let nowhere = try data("fetch", "set", environment: ["GAUNTLET_DATA": ""])
    #expect(nowhere.status == 64 && nowhere.error.contains("--to FOLDER"))
    let missing = try data("verify", "set/a.zip")
    #expect(missing.status == 66 && missing.output == "set/a.zip: not there\n")
    #expect(try data("verify").status == 66)
    // One that fails does not keep the others from being fetched.
    let all = try data("fetch", "set")
    #expect(all.status == 66)
    #expect(all.output.split(separator: "\n").count == 2)
  }

  @Test func proxiesOfTheEnvironment() throws {
    let proxied = try data(
      "fetch", "set/proxied.zip", environment: ["http_proxy": "http://127.0.0.1:\(server.port)"])
    #expect(proxied.status == 0, "\(proxied.error)")
    #expect(server.requests.map(\.target) == ["http://data.example/proxied.zip"])
  }

  @Test func aMirrorOfOnesOwn() throws {
    let server = try HTTPServer { request in
      request.target == "/m/set/a.zip" ? HTTPServer.file(Self.archive, for: request) : HTTPServer.Response(404)
    }
    let outcome = try data("fetch", "set/a.zip", "--mirror", server.url("m"))
    #expect(outcome.status == 0 && outcome.error.contains(server.url("m/set/a.zip")))
    #expect(self.server.requests.isEmpty)
    #expect(try data("fetch", "set/a.zip", "--mirror", "ftp://x").status == 64)
  }

  @Test func theListSaysWhatIsKnown() throws {
    let list = try GauntletProcess.run("data", "list")
    #expect(list.status == 0)
    for words in ["night: NIGHTS", "no published hash: the first fetch decides", "licence: BSD 2-clause", "then: "] {
      #expect(list.output.contains(words))
    }
    let json = try GauntletProcess.run("data", "list", "--json")
    let path = try scratch.write(json.output, to: "list.json")
    #expect(try GauntletProcess.run("data", "list", "--manifest", path).output == list.output)
  }
}
