internal import Glibc

/// A wish to stop, from SIGINT or SIGTERM: asked for between batches and training steps.
public enum Interruption {
  nonisolated(unsafe) private static let flag = {
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    flag.initialize(to: 0)
    return flag
  }()

  /// From now on both signals set the flag instead of ending the process; a second one ends it.
  public static func listen() {
    _ = flag.pointee
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.flag.pointee = 1
        signal(number, SIG_DFL)
      }
    }
  }

  /// - Throws: `HarnessError.interrupted` once a signal has come.
  static func check() throws { if flag.pointee != 0 { throw HarnessError.interrupted } }
}
