import Foundation
import Results

/// An invented run that looks like a real one: every part of a report has something to show.
enum Fixture {
  static let epsilons: [(Double, String)] = [(1, "1/255"), (2, "2/255"), (4, "4/255"), (8, "8/255")]
    .map { ($0.0 / 255, $0.1) }

  static func record() -> RunRecord {
    RunRecord(
      suite: .init(
        name: "quickstart", title: "Quickstart: metrics and retrieval on drawn shapes", seed: 7,
        resolved: "name: quickstart\nseed: 7\ndatasets:\n  - shapes:size=32\n  - triplets:size=32\n",
        sha256: String(repeating: "3fa9c1d2", count: 8)),
      versions: .init(gauntlet: "0.1.0", numerics: "1"),
      environment: .init(
        instructionSet: "avx512_core", libraries: ["oneDNN": "2.6.3", "libjpeg": "2.1.5", "libpng": "1.6.39"]),
      datasets: datasets, subjects: subjects, attacks: attacks, cells: cells, scores: scores,
      warnings: [
        .init(
          severity: .caution, code: "collapsed",
          text: "ACT, ε 16/255 has collapsed on Shapes: R@1 is within chance (4.2 %), so its ERS and ARS say nothing.",
          subject: "act-16", dataset: "shapes"),
        .init(
          severity: .note, code: "faithful-mode",
          text: "GTM ran in corrected mode; published tables used the reference code's index."),
      ],
      reproduce: "gauntlet run Suites/quickstart.yaml --out runs/quickstart",
      timing: .init(
        started: "2026-01-31T12:00:00Z", finished: "2026-01-31T12:02:21Z", seconds: 141.3, host: "bench-1",
        processor: "a processor with two cores", threads: 2, peakMemory: 1_402_341_376,
        cells: Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1.id, 0.4 + Double($0 % 7)) }),
        subjects: ["none": 31.2, "act": 48.9, "act-16": 47.0]))
  }

  static let datasets: [RunRecord.Dataset] = [
    .init(
      id: "triplets", title: "Graded distortions", plugin: "triplets", spec: "triplets:size=32,count=512",
      image: .init(channels: 3, height: 32, width: 32), counts: ["triplets": 512], fingerprint: "b1946ac92492d234"),
    .init(
      id: "shapes", title: "Shapes", plugin: "shapes", spec: "shapes:size=32,classes=24",
      image: .init(channels: 3, height: 32, width: 32),
      counts: ["train": 1440, "test": 720, "classes": 24], fingerprint: "591785b794601e212b260e25925636fd"),
  ]

  static let subjects: [RunRecord.Subject] = [
    .init(
      id: "l2", title: "Pixel ℓ2", kind: .metric, plugin: "l2", spec: "l2",
      card: .init(version: "1", definition: "√(Σ(x − y)²) over all pixels and channels.")),
    .init(
      id: "ssim", title: "SSIM", kind: .metric, plugin: "ssim", spec: "ssim:window=11,sigma=1.5",
      card: .init(
        version: "1", definition: "1 − mean structural similarity in Gaussian windows.",
        reference: "Wang et al., IEEE TIP 13 (2004)")),
    .init(
      id: "none", title: "Undefended", kind: .defended, plugin: "none", spec: "none:backbone=small,epochs=8",
      card: .init(version: "1", definition: "Triplet training without an adversary."), geometry: "sphere",
      weights: String(repeating: "a7", count: 32), training: training(final: 0.04, recall: 83)),
    .init(
      id: "act", title: "ACT, ε 8/255", kind: .defended, plugin: "act", spec: "act:backbone=small,eps=8/255,steps=4",
      card: .init(
        version: "1",
        definition: "Anti-collapse triplet training: positive and negative are pulled together, "
          + "then the triplet of the two is learned.", reference: "Zhou and Patel, 2021"), geometry: "sphere",
      weights: String(repeating: "c4", count: 32), training: training(final: 0.12, recall: 61)),
    .init(
      id: "act-16", title: "ACT, ε 16/255", kind: .defended, plugin: "act",
      spec: "act:backbone=small,eps=16/255,steps=4",
      card: .init(version: "1", definition: "Anti-collapse triplet training."), geometry: "sphere",
      weights: String(repeating: "e0", count: 32), training: training(final: 0.2, recall: 4.2)),
  ]

  private static func training(final: Double, recall: Double) -> RunRecord.Training {
    let loss = (0...60).map { step in
      RunRecord.Series.Point(
        step: step * 20,
        value: final + (0.22 - final) * exp(-Double(step) / 14) + 0.006 * sin(Double(step * step)))
    }
    let recalls = (0...12).map { step in
      RunRecord.Series.Point(step: step * 100, value: recall + (3.9 - recall) * exp(-Double(step) / 3.5))
    }
    let hardness = (0...60).map { step in
      RunRecord.Series.Point(step: step * 20, value: -0.4 * (1 - exp(-Double(step) / 20)) * recall / 90)
    }
    return .init(
      dataset: "shapes", epochs: 8, steps: 1200,
      log: [
        .init(name: "loss", points: loss), .init(name: "R@1 on test", unit: .percent, points: recalls),
        .init(name: "hardness", unit: .distance, points: hardness),
      ])
  }

  static let ersTitles = ["CA+", "CA−", "QA+", "QA−", "TMA", "ES:D", "ES:R", "LTM", "GTM", "GTT"]

  static let attacks: [RunRecord.Attack] =
    epsilons.map { epsilon, text in
      .init(
        id: "pgd-\(text)", title: "PGD on the margin", plugin: "pgd", spec: "pgd:norm=linf,eps=\(text),steps=32",
        card: .init(
          version: "1", definition: "Signed gradient steps that lower the 2AFC margin.",
          reference: "Madry et al., 2018"), threat: .init(norm: "linf", epsilon: epsilon, text: text), steps: 32,
        restarts: 1, stepSize: 3.0 / 255, randomStart: false)
    }
    + zip(ScoreName.ersAttacks, ersTitles).map { id, title in
      .init(
        id: id, title: title, plugin: id, spec: "\(id):eps=8/255,steps=32",
        card: .init(version: "1", definition: "The ranking attack \(title).", reference: "Zhou et al., ECCV 2020"),
        threat: .init(norm: "linf", epsilon: 8.0 / 255, text: "8/255"), mode: .corrected, steps: 32, restarts: 1,
        stepSize: 3.0 / 255, randomStart: false)
    }
}
