internal import Downloads
internal import Foundation
internal import Glibc

/// What is being fetched, on stderr: a line that is rewritten on a terminal, and a line for each file elsewhere.
final class DataProgress: @unchecked Sendable {
  private let lock = NSLock()
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var title = ""
  private var began = Date()
  private var offset = 0
  private var shown = Date.distantPast

  func note(_ text: String) { lock.withLock { write((isTerminal ? "\u{1B}[2K\r" : "") + text + "\n") } }

  func begin(_ title: String) {
    lock.withLock { (self.title, began, offset, shown) = (title, Date(), 0, .distantPast) }
  }

  func end(_ text: String) { note("\(lock.withLock { title }): \(text)") }

  func show(_ event: Fetcher.Event) {
    switch event {
    case .trying(let url, let offset):
      lock.withLock { (self.offset, began) = (offset, Date()) }
      if offset > 0 { note("\(url): going on after \(DataText.bytes(offset))") }
    case .gaveUp(let url, let reason): note("\(url): \(reason.replacingOccurrences(of: url + ": ", with: ""))")
    case .received(let done, let total): lock.withLock { rewrite(done, total) }
    }
  }

  private func rewrite(_ done: Int, _ total: Int?) {
    guard isTerminal, Date().timeIntervalSince(shown) > 0.2 else { return }
    shown = Date()
    let speed = Double(done - offset) / max(0.001, shown.timeIntervalSince(began))
    let part = total.map { " of \(DataText.bytes($0)) (\(done * 100 / max(1, $0)) %)" } ?? ""
    write("\u{1B}[2K\r\(title): \(DataText.bytes(done))\(part), \(DataText.bytes(Int(speed)))/s")
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// How files are described.
enum DataText {
  /// "1.2 GB", in powers of ten.
  static func bytes(_ count: Int) -> String {
    var (value, unit) = (Double(count), "B")
    for next in ["kB", "MB", "GB", "TB"] where value >= 1000 { (value, unit) = (value / 1000, next) }
    return unit == "B" ? "\(count) B" : String(format: value < 10 ? "%.1f" : "%.0f", value) + " " + unit
  }

  static func pin(_ file: RemoteFile) -> String {
    switch file.pin {
    case .sha256(let whole): "SHA-256 \(whole.prefix(8))…, pinned by \(file.pinnedBy)"
    case .sha256Prefix(let start): "SHA-256 \(start)…, pinned by \(file.pinnedBy)"
    case .firstUse: "no published hash: the first fetch decides"
    }
  }
}
