import Results

extension Fixture {
  /// A record with samples, whose scores are those of its samples.
  static func sampled(
    _ record: RunRecord = Fixture.record(), count: Int = 120
  ) -> (record: RunRecord, samples: SampleRecord) {
    let samples = samples(of: record, count: count)
    var record = record
    for table in samples.tables {
      for score in table.scores {
        for place in record.scores.indices
        where record.scores[place].subject == table.subject && record.scores[place].dataset == table.dataset
          && record.scores[place].name == score.name && record.scores[place].threat == score.threat
        {
          record.scores[place].value = table.value(of: score)
          record.scores[place].interval = nil
        }
      }
    }
    return (record, samples)
  }

  /// Samples that fit the record's 2AFC scores and R@1, with margins and cosines; answers are right where a hash
  /// allows it.
  private static func samples(of record: RunRecord, count: Int) -> SampleRecord {
    var tables: [SampleRecord.Table] = []
    for subject in record.subjects {
      for dataset in record.datasets {
        let scores = record.scores.filter {
          $0.subject == subject.id && $0.dataset == dataset.id
            && ($0.name.hasPrefix("2afc-") || $0.name == ScoreName.recall(at: 1) || $0.name == ScoreName.ers)
        }
        guard !scores.isEmpty else { continue }
        var columns: [String: [Double]] = [:]
        var functions: [SampleRecord.Score] = []
        for score in scores {
          let column = "\(score.name) \(score.threat?.text ?? "")"
          let isYesOrNo = score.name != ScoreName.ers
          columns[column] = (0..<count).map { sample in
            let draw = hash(subject.id, sample) % 30 + hash("all", sample) % 70
            return isYesOrNo ? (Double(draw) < score.value ? 100 : 0) : score.value + Double(draw) / 10 - 5
          }
          functions.append(
            .init(
              name: score.name, title: score.title, attack: score.attack, threat: score.threat, unit: score.unit,
              higherIsBetter: score.higherIsBetter, columns: [column], combination: .mean,
              conditions: score.threat.map { "pgd:eps=\($0.text)" } ?? ""))
        }
        if dataset.id == "triplets" {
          columns["margin"] = (0..<count).map { 0.3 - Double(hash(subject.id, $0) % 100) / 200 }
          for attack in record.attacks where attack.plugin == "pgd" {
            columns["\(attack.id) margin after"] = columns["margin"]?.map { $0 - attack.threat.epsilon * 10 }
          }
        } else {
          columns["tma cosine before"] = (0..<count).map { Double(hash("before", $0) % 100) / 100 - 0.4 }
          columns["tma cosine after"] = (0..<count).map { Double(hash("after", $0) % 50) / 100 + 0.5 }
        }
        tables.append(
          .init(
            subject: subject.id, dataset: dataset.id, fingerprint: dataset.fingerprint, samples: Array(0..<count),
            names: (0..<count).map { "star-\($0 % 9)/\($0)" }, columns: columns, scores: functions))
      }
    }
    return SampleRecord(numerics: "1/avx512_core", seed: record.suite.seed, tables: tables)
  }

  private static func hash(_ text: String, _ number: Int) -> Int {
    var state = text.utf8.reduce(UInt64(number + 1)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    state ^= state >> 31
    return Int((state &* 0x9E37_79B9_7F4A_7C15) >> 40)
  }

  /// Ten subjects under ten attacks: a hundred attacked cells, with pictures.
  static func large() -> RunRecord {
    var record = Fixture.record()
    let (template, radii) = (record.subjects[3], (1...10).map { (Double($0) / 255, "\($0)/255") })
    record.subjects = (0..<10).map { place in
      var subject = template
      (subject.id, subject.title) = ("subject-\(place)", "Subject \(place), a defense of some length")
      return subject
    }
    record.attacks = radii.map { radius, text in
      var attack = Fixture.attacks[0]
      attack.id = "pgd-\(text)"
      attack.threat = .init(norm: "linf", epsilon: radius, text: text)
      return attack
    }
    let (natural, attacked) = (Fixture.scores[0], Fixture.scores[1])
    let cell = Fixture.cells.first { !$0.worst.isEmpty } ?? Fixture.cells[0]
    record.scores = []
    record.cells = []
    for (place, subject) in record.subjects.enumerated() {
      var score = natural
      score.subject = subject.id
      score.value = 90 - Double(place)
      record.scores.append(score)
      for (index, attack) in record.attacks.enumerated() {
        var (score, cell) = (attacked, cell)
        (score.subject, score.attack, score.threat) = (subject.id, attack.id, attack.threat)
        score.value = max(0, 90 - Double(place) - Double((index + 1) * (3 + place)))
        score.interval = .init(
          low: score.value * 0.95, high: min(100, score.value * 1.05), level: 0.95, method: "wilson")
        record.scores.append(score)
        (cell.id, cell.subject, cell.attack) = ("\(subject.id) \(attack.id)", subject.id, attack.id)
        for sample in cell.worst.indices {
          let path = "samples/\(place)-\(index)-\(sample)"
          cell.worst[sample].clean = "\(path)-clean.png"
          cell.worst[sample].adversarial = "\(path)-adversarial.png"
          cell.worst[sample].difference = "\(path)-difference.png"
          cell.worst[sample].context = []
        }
        cell.flags = ["clean-is-worst:margin": 3, "zero-gradient": 1]
        record.cells.append(cell)
      }
    }
    record.warnings = []
    return record
  }
}
