import Foundation
import GauntletKit
import Tensors
import Testing

/// The pixels of version 1, to the bit: when a checksum changes, the dataset's version must change with it.
@Suite struct ChecksumTests {
  private func checksum(_ tensors: [Tensor]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for tensor in tensors {
      for value in tensor.scalars { hash = (hash ^ UInt64((value * 255).rounded())) &* 0x100_0000_01B3 }
    }
    return String(hash, radix: 16)
  }

  @Test func pixelsAreThoseOfTheirVersion() throws {
    let file = Bundle.module.bundleURL.appendingPathComponent("Golden/checksums.json")
    let golden = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file))
    let data = try shapes()
    let triplets = try drawnTriplets()
    let batch = try triplets.triplets(Array(0..<200))
    let got = [
      "shapes-train-\(data.card.version)": checksum([try data.images(.train, Array(0..<100))]),
      "shapes-test-\(data.card.version)": checksum([try data.images(.test, Array(0..<100))]),
      "triplets-\(triplets.card.version)": checksum([batch.references, batch.first, batch.second]),
    ]
    #expect(got == golden)
  }
}
