import FileFormats
import Foundation
import Tensors
import TestFiles
import Testing

/// Whatever happens to a file, reading it ends with tensors or a `FileFormatError`.
@Suite struct MutationTests {
  /// More of the same, for an hour under a sanitizer: set GAUNTLET_MUTATIONS.
  static let count = ProcessInfo.processInfo.environment["GAUNTLET_MUTATIONS"].flatMap(Int.init) ?? 3_000

  @Test(arguments: ["f2-big.npy", "fortran.npy", "version-2.npy", "mixed.safetensors", "floats.safetensors"])
  func aMutatedFileIsReadOrRefused(_ name: String) throws {
    let original = try Golden.bytes(name)
    for round in 0..<MutationTests.count {
      var random = RandomStream(seed: 12, ["mutation", name], [round])
      let bytes = mutated(original, &random)
      do {
        let read =
          name.hasSuffix(".npy")
          ? try NPY.decode(bytes, name: name).count
          : try SafeTensors(decoding: bytes, name: name).tensors.values.reduce(0) { $0 + $1.count }
        #expect(read <= bytes.count)
      } catch let error as FileFormatError {
        let sentence = error.description
        #expect(sentence.hasPrefix(name) && !sentence.contains("\n"))
      }
    }
  }

  @Test(arguments: ["plain.mat", "compressed.mat", "big.mat", "bytes.idx.gz", "plain.idx", "two-members.gz"])
  func aMutatedStreamIsReadOrRefused(_ name: String) throws {
    let original = try Self.stream(name)
    for round in 0..<MutationTests.count {
      var random = RandomStream(seed: 13, ["mutation", name], [round])
      var bytes = mutated(original, &random)
      if random.integer(below: 8) == 0 { bytes.removeLast(random.integer(below: bytes.count)) }
      do {
        switch name.split(separator: ".").last {
        case "mat": _ = try MATLAB.decode(bytes, name: name, limit: 1 << 20)
        case "gz" where !name.contains("idx"):
          #expect(try Deflated.gzip(bytes, limit: 1 << 10, name: name).count <= 1 << 10)
        default: #expect(try IDX(decoding: bytes, name: name, limit: 1 << 12).bytes.count <= 1 << 12)
        }
      } catch let error as FileFormatError {
        let sentence = error.description
        #expect(sentence.hasPrefix(name) && !sentence.contains("\n"))
      }
    }
  }

  @Test(arguments: [
    "adapter.pth", "adapter-legacy.pth", "deflated.pth", "checkpoint-2.pth", "checkpoint-legacy-4.pth", "views.pth",
  ])
  func aMutatedFileOfPyTorchIsReadOrRefused(_ name: String) throws {
    let original = try Golden.bytes(name)
    for round in 0..<MutationTests.count {
      var random = RandomStream(seed: 14, ["mutation", name], [round])
      // The directory of an archive is at its end.
      let isFromEnd = random.integer(below: 3) == 0
      var bytes = mutated(isFromEnd ? original.reversed() : original, &random)
      if isFromEnd { bytes.reverse() }
      do {
        let file = try PyTorchFile(decoding: bytes, name: name, limit: 1 << 20)
        let read = try file.tensors().values.reduce(0) { $0 + $1.count }
        #expect(read <= 1 << 18)
      } catch let error as FileFormatError {
        let sentence = error.description
        #expect(sentence.hasPrefix(name) && !sentence.contains("\n"))
      }
    }
  }

  /// A golden file, or one that is written here.
  private static func stream(_ name: String) throws -> [UInt8] {
    switch name {
    case "big.mat": MATLABWriter(isBigEndian: true).file([("annotations", MATLABTests.cars)])
    case "plain.idx": IDXWriter.file([3, 4, 5], [UInt8](repeating: 7, count: 60))
    default: try Golden.bytes(name)
    }
  }

  /// Mostly of the header: the rest is numbers, and any number will do.
  private func mutated(_ original: [UInt8], _ random: inout RandomStream) -> [UInt8] {
    var bytes = original
    for _ in 0...random.integer(below: 3) {
      let place = random.integer(below: min(bytes.count, random.integer(below: 2) == 0 ? 128 : 2_000))
      switch random.integer(below: 6) {
      case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
      case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes[place] = Array("0123456789[]{}(),:'\"\\".utf8)[random.integer(below: 21)]
      case 3: bytes.insert(bytes[place], at: place)
      case 4 where bytes.count > 16: bytes.remove(at: place)
      default:
        let other = random.integer(below: bytes.count)
        let length = min(random.integer(below: 24), bytes.count - max(place, other))
        bytes.replaceSubrange(place..<place + length, with: Array(bytes[other..<other + length]))
      }
    }
    return bytes
  }
}
