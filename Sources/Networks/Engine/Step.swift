/// One piece of a program's work on one chunk.
protocol Step: Sendable {
  /// The buffers that it reads, and those that it writes (which then live from here on).
  var reads: [Int] { get }
  var writes: [Int] { get }
  func run(_ frame: Frame) throws
}

/// Work between segments, with all chunks at rest: combines what they left, in their order.
protocol Barrier: Sendable {
  func join(_ run: TrainingRun)
}

/// Steps that every chunk runs on its own, then a meeting.
struct Segment: Sendable {
  struct Entry: Sendable {
    let step: any Step
    /// Left out if nobody asks for the images' gradient.
    let isOnlyForImages: Bool
  }
  var entries: [Entry] = []
  var barrier: (any Barrier)?
}
