internal import Foundation
internal import Glibc

/// What a person who waits wants to know, on stderr: what is being done, how far it is, how long it will take.
///
/// On a terminal the line is rewritten in place; elsewhere a line is written when something ends.
public final class Progress: @unchecked Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let isSilent: Bool
  private var title = ""
  private var started = Date()
  private var first = 0
  private var shown = Date.distantPast

  public init(silent: Bool = false) { isSilent = silent }

  /// A message that stays.
  public func note(_ text: String) {
    guard !isSilent else { return }
    FileHandle.standardError.write(Data(((isTerminal ? "\u{1B}[2K\r" : "") + text + "\n").utf8))
  }

  func begin(_ title: String, done: Int) {
    self.title = title
    started = Date()
    first = done
    shown = .distantPast
  }

  func update(done: Int, of total: Int, unit: String) {
    guard !isSilent, isTerminal, Date().timeIntervalSince(shown) > 0.2 else { return }
    shown = Date()
    var text = "\(title): \(done)/\(total) \(unit)"
    let elapsed = shown.timeIntervalSince(started)
    if done > first, elapsed > 1 {
      text += ", " + Progress.duration(elapsed / Double(done - first) * Double(total - done)) + " left"
    }
    FileHandle.standardError.write(Data("\u{1B}[2K\r\(text)".utf8))
  }

  func end(_ summary: String) { note("\(title): \(summary), \(Progress.duration(Date().timeIntervalSince(started)))") }

  public static func duration(_ seconds: Double) -> String {
    let whole = Int(max(0, seconds).rounded())
    if whole < 60 { return seconds < 10 ? String(format: "%.1f s", max(0, seconds)) : "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
