import Foundation
import Pictures
import Testing

/// Bad input of every kind: one line that names the thing and the reason, and the documented exit status.
struct BadInputTests {
  private let scratch: Scratch
  private let picture: String

  init() throws {
    scratch = try Scratch()
    let pixels = (0..<16 * 16 * 3).map { UInt8($0 * 7 % 251) }
    picture = try scratch.write(try Picture(width: 16, height: 16, pixels: pixels).png(), to: "sound.png")
  }

  private func expect(_ outcome: GauntletProcess.Outcome, _ status: Int32, _ words: String...) {
    #expect(outcome.status == status, "\(outcome.error)")
    for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
    #expect(outcome.output.isEmpty)
  }

  @Test func aTextFileNamedJPG() throws {
    let path = try scratch.write("I am not a picture", to: "text.jpg")
    expect(try GauntletProcess.run("distance", "l2", path, picture), 65, "text.jpg", "not a JPEG or PNG")
  }

  @Test func aTruncatedJPEG() throws {
    let pixels = (0..<64 * 64 * 3).map { UInt8($0 * 31 % 253) }
    let bytes = try Picture(width: 64, height: 64, pixels: pixels).jpeg(quality: 90)
    let path = try scratch.write(Array(bytes.prefix(bytes.count / 2)), to: "half.jpg")
    expect(try GauntletProcess.run("distance", "l2", path, picture), 65, "half.jpg")
  }

  @Test func aHugePNGHeader() throws {
    // The signature and an IHDR of 100,000 × 100,000, its checksum included.
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    let header: [UInt8] = [0x49, 0x48, 0x44, 0x52, 0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0, 8, 2, 0, 0, 0]
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in header {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    bytes += header + (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (24 - 8 * UInt32($0))) }
    let path = try scratch.write(bytes + [UInt8](repeating: 0, count: 64), to: "huge.png")
    expect(try GauntletProcess.run("distance", "l2", path, picture), 65, "huge.png", "100000")
  }

  @Test func aMissingPicture() throws {
    expect(
      try GauntletProcess.run("distance", "l2", scratch.file("none.png"), picture), 66, "none.png: no such picture")
  }

  @Test func aMissingFolder() throws {
    expect(
      try GauntletProcess.run(
        "train", "none", "--on", "image-folder:path=\(scratch.file("nowhere"))", "--architecture", "small-conv", "-o",
        scratch.file("model.safetensors")), 66, "nowhere")
  }

  @Test func anUnknownPluginIsAnsweredWithASuggestion() throws {
    expect(
      try GauntletProcess.run("distance", "sim", picture, picture), 64, "unknown metric 'sim'; did you mean 'ssim'?")
  }

  @Test func anUnknownSettingIsAnsweredWithASuggestion() throws {
    expect(
      try GauntletProcess.run("distance", "ssim:chanels=rgb", picture, picture), 64,
      "unknown setting 'chanels'; did you mean 'channels'?")
  }

  @Test func aSettingOutOfRangeNamesTheRange() throws {
    expect(
      try GauntletProcess.run("distance", "ms-ssim:scales=9", picture, picture), 64, "setting 'scales' is '9'", "1...5")
  }

  @Test func aSafetensorsHeaderThatLies() throws {
    let header = #"{"conv.weight":{"dtype":"F32","shape":[64,64],"data_offsets":[0,16384]}}"#
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    let path = try scratch.write(length + Array(header.utf8) + [0, 0, 0, 0], to: "lie.safetensors")
    expect(
      try GauntletProcess.run(
        "embed", "embedding:architecture=small-conv,size=32,weights=\(path)", picture, "-o", scratch.file("e.npy")), 65,
      "lie.safetensors")
  }

  @Test func aSuiteWithFiveMistakesReportsFive() throws {
    let path = try scratch.write(
      """
      seeed: 1
      datasets:
        s: shapes:size=3
      subjects:
        a: sssim
        b: {defense: none, on: t, architecture: small-conv}
      attacks:
        - pgd:stepz=3
      """, to: "bad.yaml")
    let outcome = try GauntletProcess.run("validate", path)
    #expect(outcome.status == 65)
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 5, "\(outcome.error)")
    for (line, number) in zip(lines, [1, 3, 5, 6, 8]) { #expect(line.contains("bad.yaml:\(number):"), "\(line)") }
  }

  @Test func aFolderThatCannotBeWritten() throws {
    let suite = try scratch.write("datasets: {p: triplets}\nsubjects: {m: l2}\n", to: "suite.yaml")
    expect(try GauntletProcess.run("run", suite, "--out", "/proc/gauntlet"), 73, "/proc/gauntlet", "cannot be written")
    // A file where a folder is wanted.
    expect(try GauntletProcess.run("run", suite, "--out", picture), 73, "sound.png")
  }

  @Test func aMissingSuite() throws {
    expect(try GauntletProcess.run("run", scratch.file("none.yaml")), 66, "none.yaml: no such suite file")
  }

  @Test func imagesOutsideOfTheUnitRange() throws {
    let array = scratch.file("x.npy")
    #expect(try GauntletProcess.run("convert", picture, array).status == 0)
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: array)))
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: withUnsafeBytes(of: Float(255).bitPattern) { Array($0) })
    let broken = try scratch.write(bytes, to: "broken.npy")
    expect(try GauntletProcess.run("distance", "l2", broken, array), 65, "broken.npy", "[0, 1]")
  }
}
