import Downloads
import Foundation
import Testing

struct CatalogueTests {
  @Test func thePublishedOneIsSound() throws {
    let catalogue = try Catalogue.published()
    let ids = catalogue.downloads.map(\.id)
    #expect(ids == ids.sorted())
    for id in ["night", "bapps", "dreamsim", "lpips", "torchvision", "cub", "cars", "sop", "mnist", "fashion-mnist"] {
      #expect(ids.contains(id))
    }
    for download in catalogue.downloads {
      #expect(!download.licence.isEmpty && !download.use.isEmpty && !download.files.isEmpty)
      for file in download.files {
        // Whoever pins a hash says on whose word.
        #expect((file.pin == .firstUse) == file.pinnedBy.isEmpty, "\(download.id)/\(file.name)")
      }
    }
    // The prefix of torchvision's hashes is in the name.
    let network = try #require(try catalogue.download("torchvision").files.first)
    #expect(network.name == "resnet18-f37072fd.pth" && network.pin == .sha256Prefix("f37072fd"))
  }

  @Test func anUnknownNameIsAnswered() throws {
    let catalogue = try Catalogue.published()
    #expect(throws: DownloadError.unknown(id: "nigth", known: catalogue.downloads.map(\.id))) {
      try catalogue.download("nigth")
    }
  }

  @Test func oneOfSomebodysOwn() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    func read(_ files: String, id: String = "mine") throws -> Catalogue {
      let text = """
        {"downloads": [{"id": "\(id)", "title": "t", "licence": "l", "reference": "r", "use": "u",
         "files": [\(files)]}]}
        """
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try Catalogue(contentsOf: path)
    }
    func complaint(_ files: String, id: String = "mine") -> String {
      do {
        _ = try read(files, id: id)
        return "no error"
      } catch { return "\(error)" }
    }
    let hash = String(repeating: "Ab", count: 32)
    let catalogue = try read(
      #"{"name": "a/b.zip", "mirrors": ["https://x.org/b"], "sha256": "\#(hash)", "kind": "zip"}"#)
    let file = try #require(try catalogue.download("mine").files.first)
    #expect(file.pin == .sha256(hash.lowercased()) && file.kind == .zip && file.size == nil)
    // What is written is read.
    try JSONEncoder().encode(try Catalogue.published()).write(to: URL(fileURLWithPath: path))
    #expect(try Catalogue(contentsOf: path) == Catalogue.published())

    for name in ["../x", "/x", "a//b", "a/../b", ".x", "", "a\\\\b"] {
      #expect(complaint(#"{"name": "\#(name)", "mirrors": ["https://x.org/b"]}"#).contains("not a path below"))
    }
    for mirror in ["file:///etc/passwd", "ftp://x.org/y", "x.org", "https://"] {
      #expect(complaint(#"{"name": "a", "mirrors": ["\#(mirror)"]}"#).contains("is no address that begins with"))
    }
    #expect(
      complaint(#"{"name": "a", "mirrors": ["https://x.org/b"], "sha256": "12"}"#).contains("64 hexadecimal digits"))
    #expect(complaint(#"{"name": "a", "mirrors": ["https://x.org/b"], "size": -1}"#).contains("a size of -1 bytes"))
    #expect(complaint(#"{"name": "a"}"#).contains("neither mirrors nor instructions"))
    #expect(complaint(#"{"mirrors": []}"#).contains("'name' is missing in downloads.[0].files.[0]"))
    #expect(complaint(#"{"name": "a", "instructions": "x", "kind": "tar"}"#).contains("an unknown value in"))
    #expect(complaint(#"{"name": "a", "instructions": "x"}"#, id: "Mine").contains("the id 'Mine'"))
    #expect(complaint("{").contains("not JSON"))
    let twice = #"{"name": "a", "instructions": "x"}, {"name": "a", "instructions": "x"}"#
    #expect(complaint(twice).contains("mine/a: listed twice"))
    #expect(throws: DownloadError.self) { try Catalogue(contentsOf: path + ".none") }
  }
}
