import GauntletKit
import Pictures
import RetrievalDatasets
import Tensors
import Testing

/// Every bad input ends in one line that names the file and the reason.
@Suite struct BadFolderTests {
  private func world() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] { for k in 0..<2 { try folder.picture("\(name)/\(k).jpg", red: 1) } }
    return folder
  }

  private func expect(_ folder: TemporaryFolder, says parts: String..., file: String = "") {
    let text = message { _ = try imageFolder("path=\(folder.path)" + (file.isEmpty ? "" : ",split-file=\(file)")) }
    for part in ["image-folder"] + parts { #expect(text.contains(part), "'\(text)' lacks '\(part)'") }
    #expect(!text.contains("\n"))
  }

  @Test func missingFolder() throws {
    let folder = try TemporaryFolder()
    let text = message { _ = try imageFolder("path=\(folder.path)/nowhere") }
    #expect(text.contains("/nowhere: no such file or folder"))
    #expect(message { _ = try imageFolder("size=64") }.contains("'path' is missing"))
    try folder.write("x", to: "file")
    #expect(message { _ = try imageFolder("path=\(folder.path)/file") }.contains("not a folder"))
  }

  @Test func noClasses() throws {
    let folder = try TemporaryFolder()
    expect(folder, says: folder.path, "at least two class folders")
    try folder.picture("a/0.jpg", red: 1)
    expect(folder, says: folder.path, "at least two class folders")
  }

  @Test func emptyClass() throws {
    let folder = try world()
    try folder.write("x", to: "c/notes.txt")
    try folder.write("x", to: "c/0.gif")
    expect(folder, says: "/c: a class without a picture", "2 other files")
  }

  @Test func picturesBesideTheClasses() throws {
    let folder = try world()
    try folder.picture("stray.png", red: 1)
    expect(folder, says: "1 picture lies beside the class folders (stray.png)")
  }

  @Test func classWithoutFolder() throws {
    let folder = try world()
    try folder.write("a\ttrain\n\nz\ttest\nb\ttest\n", to: "classes.tsv")
    expect(folder, says: "classes.tsv:3: class 'z' has no folder in")
  }

  @Test func folderWithoutLine() throws {
    let folder = try world()
    try folder.write("b\ttest\n", to: "classes.tsv")
    expect(folder, says: "the class folder 'a' has no line in", "classes.tsv")
  }

  @Test(arguments: [
    ("a\ttrain\nb test\n", 2, "got 1 column"),
    ("a\ttrain\nb\tvalid\n", 2, "got the split 'valid'"),
    ("a\ttrain\nb\ttest\tx\ty\n", 2, "got 4 columns"),
    ("\n\ttrain\nb\ttest\n", 2, "got the class ''"),
    ("../a\ttrain\nb\ttest\n", 1, "got the class '../a'"),
    ("a\ttrain\nb\ttest\na\ttest\n", 3, "was in line 1 already"),
  ])
  func malformedLine(_ text: String, _ line: Int, _ reason: String) throws {
    let folder = try world()
    try folder.write(text, to: "classes.tsv")
    expect(folder, says: "classes.tsv:\(line): ", reason)
  }

  @Test func uselessSplitFiles() throws {
    let folder = try world()
    try folder.write("a\ttrain\nb\ttrain\n", to: "classes.tsv")
    expect(folder, says: "no class is marked test")
    try folder.write([0xFF, 0xFE, 0x00], to: "classes.tsv")
    expect(folder, says: "classes.tsv: not a text")
    expect(folder, says: "/nowhere.tsv: no such file", file: folder.path + "/nowhere.tsv")
  }

  @Test func brokenPictures() throws {
    let folder = try world()
    let whole = try Picture.bytes(ofFile: folder.path + "/a/0.jpg")
    try folder.write(Array(whole.prefix(whole.count * 2 / 3)), to: "a/0.jpg")
    try folder.write("I am a text", to: "a/1.jpg")
    try folder.write([], to: "b/0.jpg")
    let data = try imageFolder("path=\(folder.path)")
    for (split, index, parts) in [
      (Split.train, 0, ["/a/0.jpg: truncated"]), (.train, 1, ["/a/1.jpg: not a JPEG or PNG picture"]),
      (.test, 0, ["/b/0.jpg: "]),
    ] {
      let text = message { _ = try data.images(split, [index]) }
      for part in ["image-folder"] + parts { #expect(text.contains(part), "'\(text)' lacks '\(part)'") }
    }
    #expect(try data.images(.test, [1]).shape == [1, 3, 64, 64])
    // With several broken pictures in a batch it is always the first that is named.
    #expect(message { _ = try data.images(.train, [1, 0]) }.contains("/a/1.jpg"))
  }

  @Test func fileThatWentAway() throws {
    let folder = try world()
    let data = try imageFolder("path=\(folder.path)")
    try folder.remove("a/0.jpg")
    #expect(message { _ = try data.images(.train, [0]) }.contains("/a/0.jpg: cannot be read"))
    #expect(message { try data.forEachContent { _ in } }.contains("/a/0.jpg: cannot be read"))
  }
}
