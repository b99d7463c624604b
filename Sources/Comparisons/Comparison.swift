public import Results
public import Statistics

/// Two runs, or two subjects, on the same samples: every score's difference, tested in pairs.
///
/// Yes-or-no scores have McNemar's exact test, others the paired bootstrap (BCa); p-values of all rows are adjusted
/// together by Holm's method.
public struct Comparison: Sendable {
  /// A run, and the subject of it that is meant; nil for all.
  public struct Side: Sendable {
    public let name: String
    public let samples: SampleRecord
    public let subject: String?

    public init(name: String, samples: SampleRecord, subject: String? = nil) {
      self.name = name
      self.samples = samples
      self.subject = subject
    }

    func tables() throws -> [SampleRecord.Table] {
      guard let subject else { return samples.tables }
      let known = samples.tables.map(\.subject)
      guard known.contains(subject) else {
        var distinct: [String] = []
        for name in known where !distinct.contains(name) { distinct.append(name) }
        throw ComparisonError.unknownSubject(run: name, name: subject, known: distinct)
      }
      return samples.tables.filter { $0.subject == subject }
    }
  }

  public enum Test: String, Sendable, Codable {
    case mcNemar = "mcnemar-exact"
    case bootstrap = "paired-bootstrap-bca"
  }

  /// A sample whose answer is another one on the second side.
  public struct Change: Sendable, Codable, Hashable {
    public let sample: Int
    public let name: String
    public let first: Double
    public let second: Double
  }

  /// One score of a pair of subjects.
  public struct Row: Sendable {
    public let firstSubject: String
    public let secondSubject: String
    public let dataset: String
    public let score: SampleRecord.Score
    public let n: Int
    public let first: Double
    public let second: Double
    /// Second minus first.
    public let difference: PairedDifference
    public let test: Test
    public let pValue: Double
    /// By Holm's method over the rows of the comparison.
    public internal(set) var adjustedPValue: Double
    /// Of a single column, the samples that changed most first; empty for scores of several columns.
    public let changes: [Change]

    /// The difference, turned so that more is better for the defender.
    public var gain: Double { score.higherIsBetter ? difference.estimate.value : -difference.estimate.value }
    /// The ends of its interval, turned alike.
    public var gainInterval: (low: Double, high: Double) {
      let interval = difference.estimate.interval
      return score.higherIsBetter ? (interval.low, interval.high) : (-interval.high, -interval.low)
    }
  }

  public let first: String
  public let second: String
  public private(set) var rows: [Row]
  /// What a reader should know: scores of one side alone, samples left out, other numerics.
  public let notes: [String]

  /// - Parameters:
  ///   - includes: which scores are compared.
  ///   - replicates: of the bootstrap; no p-value is below 1/(replicates + 1).
  /// - Throws: `ComparisonError`.
  public init(
    _ first: Side, _ second: Side, replicates: Int = 10_000, level: Double = 0.95,
    including includes: (SampleRecord.Score) -> Bool = { _ in true }
  ) throws {
    self.first = first.name
    self.second = second.name
    var (rows, notes, reasons): ([Row], [String], [String]) = ([], [], [])
    if first.samples.numerics != second.samples.numerics {
      notes.append(
        "numbers were computed by \(first.samples.numerics) and \(second.samples.numerics): small differences may come "
          + "from that")
    }
    if first.samples.seed != second.samples.seed {
      reasons.append("seeds \(first.samples.seed) and \(second.samples.seed) choose other samples and targets")
    }
    let (ones, others) = (try first.tables(), try second.tables())
    for one in ones {
      let names = first.subject == nil ? [one.subject] : others.map(\.subject)
      guard let other = others.first(where: { names.contains($0.subject) && $0.dataset == one.dataset }) else {
        notes.append("only \(first.name) has \(one.subject) on \(one.dataset)")
        continue
      }
      guard one.fingerprint == other.fingerprint else {
        reasons.append("\(one.dataset) holds other images or labels (fingerprints differ)")
        continue
      }
      let pair = PairedTables(one, other)
      if pair.left.isEmpty {
        reasons.append("\(one.subject) on \(one.dataset): the runs asked no sample in common")
        continue
      }
      if pair.omitted > 0 {
        notes.append("\(one.subject) on \(one.dataset): \(pair.omitted) samples that one side alone asked are left out")
      }
      for score in one.scores where includes(score) {
        guard let twin = other.scores.first(where: { $0.isSame(as: score) }) else {
          notes.append("only \(first.name) has \(score.name) of \(one.subject) on \(one.dataset)")
          continue
        }
        guard twin.conditions == score.conditions, twin.combination == score.combination else {
          reasons.append(
            "\(score.name) of \(one.subject) on \(one.dataset): the attacks have other settings: "
              + "\(settingsDifference(score.conditions, twin.conditions))")
          continue
        }
        rows.append(pair.row(score, twin, seed: first.samples.seed, replicates: replicates, level: level))
      }
    }
    guard reasons.isEmpty else {
      throw ComparisonError.incomparable(first: first.name, second: second.name, reasons: reasons)
    }
    guard !rows.isEmpty else { throw ComparisonError.nothing(first: first.name, second: second.name) }
    for (index, adjusted) in Holm.adjusted(rows.map(\.pValue)).enumerated() { rows[index].adjustedPValue = adjusted }
    self.rows = rows
    self.notes = notes
  }
}

extension SampleRecord.Score {
  /// Whether it is the same question, whoever is asked.
  func isSame(as other: Self) -> Bool {
    name == other.name && attack == other.attack && threat?.norm == other.threat?.norm
      && threat?.epsilon == other.threat?.epsilon && threat?.moved == other.threat?.moved
  }

  /// Whether it was also asked in the same way.
  func isComparable(with other: Self) -> Bool {
    isSame(as: other) && conditions == other.conditions && combination == other.combination
  }
}

/// The settings that only one of two texts has.
func settingsDifference(_ first: String, _ second: String) -> String {
  func parts(_ text: String) -> [Substring] { text.split { ",;".contains($0) } }
  let (one, other) = (parts(first), parts(second))
  func own(_ parts: [Substring], without: [Substring]) -> String {
    let left = parts.filter { !without.contains($0) }
    return left.isEmpty ? "nothing of its own" : left.joined(separator: ",")
  }
  return "\(own(one, without: other)) against \(own(other, without: one))"
}
