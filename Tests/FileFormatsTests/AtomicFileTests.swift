import FileFormats
import Foundation
import Testing

@Suite struct AtomicFileTests {
  private struct Interruption: Error {}

  @Test func aFileIsReplacedAsAWhole() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a"
    try AtomicFile.write([1, 2, 3], to: path)
    try AtomicFile.write([4], to: path)
    #expect(FileManager.default.contents(atPath: path) == Data([4]))
    #expect(folder.files == ["a"])
  }

  @Test func whatFailsHalfwayLeavesTheOldContentAndNothingElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a"
    try AtomicFile.write([1, 2, 3], to: path)
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: path) { file in
        try [UInt8](repeating: 9, count: 100_000).withUnsafeBytes(file.write)
        throw Interruption()
      }
    }
    #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
    #expect(folder.files == ["a"])
  }

  @Test func aFullDiskIsSaidSo() {
    #expect(throws: FileFormatError.unwritable(file: "/dev/full", reason: "No space left on device")) {
      try AtomicFile.write([1, 2, 3], to: "/dev/full")
    }
  }

  @Test func whatCannotBeWrittenIsAnErrorWithAReason() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileFormatError.unwritable(file: folder.path, reason: "it is a folder")) {
      try AtomicFile.write([1], to: folder.path)
    }
    let nowhere = folder.path + "/missing/a"
    #expect(throws: FileFormatError.unwritable(file: nowhere, reason: "No such file or directory")) {
      try AtomicFile.write([1], to: nowhere)
    }
  }

  @Test func aLinkStaysALink() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write([1], to: folder.path + "/target")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "target")
    try AtomicFile.write([2], to: folder.path + "/link")
    #expect(FileManager.default.contents(atPath: folder.path + "/target") == Data([2]))
    #expect(folder.files == ["link", "target"])
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/link")
    #expect(attributes[.type] as? FileAttributeType == .typeSymbolicLink)
  }

  @Test func whatIsNoFileIsNotRead() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileFormatError.unreadable(file: folder.path, reason: "it is a folder")) {
      try NPY.read(folder.path)
    }
    #expect(throws: FileFormatError.unreadable(file: "/dev/zero", reason: "it is not a regular file")) {
      try SafeTensors(contentsOf: "/dev/zero")
    }
    #expect(throws: FileFormatError.unreadable(file: "/nowhere/a", reason: "No such file or directory")) {
      try NPY.read("/nowhere/a")
    }
  }
}
