internal import Glibc

/// A wish to stop, from SIGINT or SIGTERM: asked for between training steps, and whenever an attack asks its objective.
///
/// What is settled is in the ledger by then; the batch under way is given up, and a training leaves a checkpoint.
public enum Interruption {
  nonisolated(unsafe) private static let flag = {
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    flag.initialize(to: 0)
    return flag
  }()

  /// From now on both signals set the flag instead of ending the process. A second SIGINT ends it; a second SIGTERM does
  /// not: schedulers and shells send several, and follow up with SIGKILL.
  public static func listen() {
    _ = flag.pointee
    // A child inherits what its parent's thread blocks, which of a thread pool is nearly everything.
    var both = sigset_t()
    sigemptyset(&both)
    for number in [SIGINT, SIGTERM] { sigaddset(&both, number) }
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.flag.pointee = 1
        if number == SIGINT { signal(number, SIG_DFL) }
      }
    }
  }

  /// - Throws: `HarnessError.interrupted` once a signal has come.
  static func check() throws { if flag.pointee != 0 { throw HarnessError.interrupted } }
}
