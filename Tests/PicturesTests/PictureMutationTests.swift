import Foundation
import Pictures
import Tensors
import Testing

/// Whatever happens to a file, reading it ends with a picture or a `PictureError`, within little memory and time.
@Suite struct PictureMutationTests {
  /// More of the same, for an hour under a sanitizer: set GAUNTLET_MUTATIONS.
  static let count = ProcessInfo.processInfo.environment["GAUNTLET_MUTATIONS"].flatMap(Int.init) ?? 200

  @Test(arguments: Golden.names(endingIn: ".png", ".jpg"))
  func aMutatedFileIsReadOrRefused(_ name: String) throws {
    let original = try Golden.bytes(name)
    let limits = PictureLimits(maximumSide: 2_000, maximumPixels: 1 << 18)
    for round in 0..<PictureMutationTests.count {
      var random = RandomStream(seed: 11, ["mutation", name], [round])
      var bytes = mutated(original, &random)
      if round % 2 == 0 && name.hasSuffix("png") { bytes = PNGChecksum.repaired(bytes) }
      do {
        let picture = try Picture(decoding: bytes, name: name, limits: limits)
        #expect(picture.width * picture.height <= limits.maximumPixels)
      } catch let error as PictureError {
        let sentence = error.description
        #expect(sentence.hasPrefix(name) && !sentence.contains("\n"))
      }
    }
  }

  private func mutated(_ original: [UInt8], _ random: inout RandomStream) -> [UInt8] {
    var bytes = original
    for _ in 0...random.integer(below: 4) {
      let place = random.integer(below: bytes.count)
      switch random.integer(below: 8) {
      case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
      case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes[place] = [0x00, 0x01, 0x7F, 0x80, 0xFF][random.integer(below: 5)]
      case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
      case 4 where bytes.count > 16: bytes.remove(at: place)
      case 5 where bytes.count > 40: bytes.removeLast(random.integer(below: bytes.count / 4))
      case 6:
        let other = random.integer(below: bytes.count)
        let length = min(random.integer(below: 64), bytes.count - max(place, other))
        bytes.replaceSubrange(place..<place + length, with: Array(bytes[other..<other + length]))
      default:
        // Headers are where lies are expensive.
        bytes[random.integer(below: min(bytes.count, 48))] = UInt8(truncatingIfNeeded: random.next())
      }
    }
    return bytes
  }
}
