import Foundation
import Results

extension Fixture {
  static var cells: [RunRecord.Cell] {
    var cells: [RunRecord.Cell] = []
    for subject in subjects {
      cells.append(
        .init(
          id: "nat-2afc-\(subject.id)", subject: subject.id, dataset: "triplets", task: .twoAlternative, status: .done,
          samples: 512,
          measures: [
            .init(
              name: "2afc", title: "2AFC", unit: .percent, before: 78, higherIsBetterForDefender: true,
              definition: "Share of triplets judged rightly.")
          ], forwards: 1536))
      for epsilon in epsilons {
        cells.append(
          .init(
            id: "pgd-\(epsilon.1)-\(subject.id)", subject: subject.id, dataset: "triplets",
            attack: "pgd-\(epsilon.1)", task: .twoAlternative, status: .done, samples: 512,
            measures: [
              .init(
                name: "margin", title: "Margin", unit: .distance, before: 0.214, after: -0.031,
                higherIsBetterForDefender: true, definition: "d(reference, worse) − d(reference, better).")
            ], forwards: 17_408, backwards: 16_384,
            worst: epsilon.1 == "8/255" ? samples(cell: "pgd-\(subject.id)", measure: "margin", 0.41, -0.35) : []))
      }
      for (attack, title) in zip(ScoreName.ersAttacks, ersTitles) {
        let embeds = subject.training != nil
        cells.append(
          .init(
            id: "\(attack)-\(subject.id)", subject: subject.id, dataset: "shapes", attack: attack, task: .retrieval,
            status: embeds ? .done : .skipped("\(subject.title) embeds nothing, so it has no ranking"),
            samples: embeds ? 720 : 0,
            measures: embeds
              ? [
                .init(
                  name: "rank", title: "\(title) rank", unit: .percentile, before: 50.1,
                  beforeInterval: .init(low: 48, high: 52.2, level: 0.95, method: "bootstrap-bca"), after: 3.2,
                  afterInterval: .init(low: 2.6, high: 3.9, level: 0.95, method: "bootstrap-bca"),
                  higherIsBetterForDefender: true, definition: "Rank of the candidate, as a share of the gallery.")
              ] : [], forwards: embeds ? 24_480 : 0, backwards: embeds ? 23_040 : 0,
            flags: embeds && attack == "gtm" ? ["no-target": 3] : [:],
            worst: embeds ? samples(cell: "\(attack)-\(subject.id)", measure: "rank", 61.2, 0.1) : []))
      }
    }
    cells.append(
      .init(
        id: "failed-1", subject: "ssim", dataset: "shapes", task: .retrieval,
        status: .failed("the program of \"ssim\" ran out of its arena at sample 17"), samples: 0))
    return cells
  }

  private static func samples(cell: String, measure: String, _ before: Double, _ after: Double) -> [RunRecord.Sample] {
    (0..<3).map { index in
      .init(
        sample: 40 + index * 31, title: "star-\(index)/\(40 + index * 31)", measure: measure,
        before: before - Double(index) * 0.02, after: after + Double(index) * 0.01, norm: 8.0 / 255,
        flags: index == 2 ? ["clipped"] : [], clean: "samples/\(cell)-\(index)-clean.png",
        adversarial: "samples/\(cell)-\(index)-adversarial.png", difference: "samples/\(cell)-\(index)-difference.png",
        amplification: 16,
        context: measure == "margin" ? [.init(title: "reference", path: "samples/\(cell)-\(index)-reference.png")] : [])
    }
  }

  /// A drawn picture for any path: a disc on a gradient, noisier where adversarial, noise about gray where a
  /// difference.
  static func picture(_ path: String) -> Data? {
    let size = 32
    var state = path.utf8.reduce(UInt64(1469)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    let base = path.utf8.prefix { $0 != UInt8(ascii: "-") }.reduce(UInt64(7)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    var pixels: [UInt8] = []
    for y in 0..<size {
      for x in 0..<size {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let noise = Double(Int(state >> 60) - 8) * (path.hasSuffix("clean.png") ? 0 : 1.2)
        let isInside = (x - 15) * (x - 15) + (y - 16) * (y - 16) < 90
        for channel in 0..<3 {
          let hue = Double((base >> (8 * UInt64(channel))) & 0x7F) + 64
          let scene = isInside ? 255 - hue : hue * (0.6 + 0.4 * Double(y) / 32)
          let value = path.hasSuffix("difference.png") ? 128 + noise * 12 : scene + noise * 2
          pixels.append(UInt8(max(0, min(255, value))))
        }
      }
    }
    return png(pixels, size, size)
  }

  /// An uncompressed PNG of RGB bytes.
  private static func png(_ pixels: [UInt8], _ width: Int, _ height: Int) -> Data {
    func big(_ value: UInt32) -> [UInt8] {
      let shifts: [UInt32] = [24, 16, 8, 0]
      return shifts.map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
      let content = Array(name.utf8) + body
      var crc: UInt32 = ~0
      for byte in content {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
      }
      let length: [UInt8] = big(UInt32(body.count))
      return length + content + big(~crc)
    }
    var raw: [UInt8] = []
    for row in 0..<height {
      raw.append(0)
      raw += pixels[row * width * 3..<(row + 1) * width * 3]
    }
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in raw {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let length = UInt16(raw.count)
    var stream: [UInt8] = [0x78, 0x01, 1]
    for word in [length, ~length] { stream += [UInt8(word & 0xFF), UInt8(word >> 8)] }
    stream += raw
    stream += big(b << 16 | a)
    var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var header: [UInt8] = big(UInt32(width))
    header += big(UInt32(height))
    header += [8, 2, 0, 0, 0]
    data.append(contentsOf: chunk("IHDR", header))
    data.append(contentsOf: chunk("IDAT", stream))
    data.append(contentsOf: chunk("IEND", []))
    return data
  }
}
