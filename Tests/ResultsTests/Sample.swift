import Results

/// A small record that uses every key.
func sampleRecord() -> RunRecord {
  let interval = RunRecord.Interval(low: 0.1, high: 0.30000000000000004, level: 0.95, method: "wilson")
  let threat = RunRecord.Threat(norm: "linf", epsilon: 8.0 / 255, text: "8/255")
  let card = RunRecord.Card(version: "1", definition: "a \"quoted\" definition", reference: "somebody, 2020")
  return RunRecord(
    suite: .init(name: "tiny", title: "Tiny", seed: .max, resolved: "name: tiny\n", sha256: "00ff"),
    versions: .init(gauntlet: "0.1.0", numerics: "1"),
    environment: .init(instructionSet: "avx512_core", libraries: ["oneDNN": "2.6.3", "libpng": "1.6"]),
    datasets: [
      .init(
        id: "d", title: "D/é", plugin: "shapes", spec: "shapes:size=8", image: .init(channels: 3, height: 8, width: 8),
        counts: ["test": 4, "train": 9], fingerprint: "ab", reference: "drawn")
    ],
    subjects: [
      .init(
        id: "s", title: "S", kind: .defended, plugin: "act", spec: "act", card: card, geometry: "sphere", weights: "cd",
        training: .init(
          dataset: "d", epochs: 2, steps: 8,
          log: [.init(name: "loss", unit: .plain, points: [.init(step: 0, value: 0.1), .init(step: 4, value: .nan)])]))
    ],
    attacks: [
      .init(
        id: "a", title: "A", plugin: "pgd", spec: "pgd:eps=8/255", card: card, threat: threat, mode: .corrected,
        steps: 32, restarts: 1, stepSize: 1.0 / 255, randomStart: true)
    ],
    cells: [
      .init(
        id: "c1", subject: "s", dataset: "d", attack: "a", task: .retrieval, status: .done, samples: 4,
        measures: [
          .init(
            name: "rank", title: "Rank", unit: .percentile, before: 50, beforeInterval: interval, after: 1e-17,
            afterInterval: interval, higherIsBetterForDefender: true, definition: "rank")
        ], forwards: 40, backwards: 32, flags: ["clipped": 1], violations: 0,
        worst: [
          .init(
            sample: 3, title: "x", measure: "rank", before: 50, after: 0, norm: 8.0 / 255, flags: ["clipped"],
            clean: "samples/c.png", adversarial: "samples/a.png", difference: "samples/d.png", amplification: 16,
            context: [.init(title: "reference", path: "samples/r.png")])
        ]),
      .init(
        id: "c2", subject: "s", dataset: "d", task: .twoAlternative, status: .skipped("no triplets"), samples: 0),
      .init(id: "c3", subject: "s", dataset: "d", task: .retrieval, status: .failed("it threw"), samples: 0),
    ],
    scores: [
      .init(
        subject: "s", dataset: "d", attack: "a", threat: threat, name: ScoreName.ers, title: "ERS", value: 12.3,
        interval: interval, n: 4, definition: "mean"),
      .init(subject: "s", dataset: "d", name: ScoreName.nmi, title: "NMI", value: -.infinity, n: 4, definition: "nmi"),
    ],
    warnings: [.init(severity: .caution, code: "collapsed", text: "It collapsed.", subject: "s", dataset: "d")],
    reproduce: "gauntlet run tiny.yaml",
    timing: .init(
      started: "2026-01-31T12:00:00Z", finished: "2026-01-31T12:00:09Z", seconds: 9.25, host: "h", processor: "p",
      threads: 2, peakMemory: 1, cells: ["c1": 0.5], subjects: ["s": 3]))
}
