import Crypto
import Downloads
import Foundation
import TestFiles

func digest(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
}

/// A folder that goes away with its owner.
final class Scratch: Sendable {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("gauntlet-\(UUID().uuidString)").path

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Counts calls from any thread.
final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count - 1
    }
  }
}

final class Events: @unchecked Sendable {
  private let lock = NSLock()
  private var events: [Fetcher.Event] = []

  func add(_ event: Fetcher.Event) { lock.withLock { events.append(event) } }
  var all: [Fetcher.Event] { lock.withLock { events } }
}

/// A port on which nobody listens: one that was free a moment ago.
func unusedPort() throws -> Int {
  let server = try HTTPServer { _ in HTTPServer.Response(500) }
  server.stop()
  return server.port
}
