extension RunRecord {
  /// What two runs of equal work may disagree about. Nothing outside it may.
  public struct Timing: Codable, Hashable, Sendable {
    /// ISO 8601 in UTC, such as "2026-01-31T12:00:00Z".
    public var started: String
    public var finished: String
    /// Wall time of the whole run, resumed parts included.
    public var seconds: Double
    public var host: String
    /// The processor's name.
    public var processor: String
    public var threads: Int
    /// Largest resident set, in bytes; nil if unknown.
    public var peakMemory: Int?
    /// Cell → wall seconds.
    public var cells: [String: Double]
    /// Subject → wall seconds of its training; absent where it came from the cache.
    public var subjects: [String: Double]

    public init(
      started: String, finished: String, seconds: Double, host: String, processor: String, threads: Int,
      peakMemory: Int? = nil, cells: [String: Double] = [:], subjects: [String: Double] = [:]
    ) {
      self.started = started
      self.finished = finished
      self.seconds = seconds
      self.host = host
      self.processor = processor
      self.threads = threads
      self.peakMemory = peakMemory
      self.cells = cells
      self.subjects = subjects
    }
  }
}
