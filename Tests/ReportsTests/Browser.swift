import Foundation

/// A headless Chromium, spoken to over a pipe: no port, no socket, no library.
///
/// Chromium reads commands of the DevTools protocol from descriptor 3 and writes to 4, each message ended by a zero
/// byte; a shell puts our pipes there. A browser that says nothing for a minute is ended, and the call that waits
/// throws.
final class Browser {
  enum Failure: Error { case ended, refused(String), raised(String) }

  /// The first browser of the path; nil if there is none.
  static let executable: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome"] {
      for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }()

  private let process = Process()
  private let commands = Pipe()
  private let replies = Pipe()
  private let profile: URL
  private var unread = Data()
  private var number = 0
  private var session: String?
  /// What happened since the last page was opened: a method with its parameters.
  private(set) var events: [(method: String, parameters: [String: Any])] = []

  init() throws {
    // A browser that dies must not take the tests with it.
    signal(SIGPIPE, SIG_IGN)
    profile = FileManager.default.temporaryDirectory.appendingPathComponent("browser-\(UUID().uuidString)")
    let sandbox = geteuid() == 0 ? "--no-sandbox " : ""
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      "exec \"$0\" --headless \(sandbox)--disable-gpu --hide-scrollbars --no-first-run --remote-debugging-pipe "
        + "--user-data-dir=\"$1\" about:blank 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null",
      Browser.executable ?? "chromium", profile.path,
    ]
    process.standardInput = commands
    process.standardOutput = replies
    try process.run()
    try replies.fileHandleForWriting.close()
    let target = try call("Target.createTarget", ["url": "about:blank"])
    let attached = try call("Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String
    for domain in ["Page", "Runtime", "Log", "Network"] { _ = try call("\(domain).enable") }
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: profile)
  }

  /// Opens a file in a window of the given width, light or dark, and waits until it is loaded.
  func open(_ file: URL, width: Int = 1280, isDark: Bool = false) throws {
    events = []
    _ = try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600])
    _ = try call(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
    _ = try call("Page.navigate", ["url": file.absoluteString])
    while !events.contains(where: { $0.method == "Page.loadEventFired" }) { _ = try receive() }
  }

  /// Runs a script in the page; the value that it ends with, as JSON has it.
  @discardableResult func run(_ script: String) throws -> Any? {
    let reply = try call("Runtime.evaluate", ["expression": script, "returnByValue": true, "awaitPromise": true])
    if let details = reply["exceptionDetails"] { throw Failure.raised("\(script): \(details)") }
    return (reply["result"] as? [String: Any])?["value"]
  }

  /// The value of an expression in the page.
  func value<Value>(_ expression: String) throws -> Value {
    let value = try run(expression)
    guard let value = value as? Value else { throw Failure.raised("\(expression) is no \(Value.self): \(value ?? "")") }
    return value
  }

  /// Presses and lets go of a key, as a person at the keyboard does.
  func press(_ key: String, code: Int, text: String? = nil) throws {
    var parameters: [String: Any] = ["key": key, "code": key, "windowsVirtualKeyCode": code]
    parameters["text"] = text
    _ = try call("Input.dispatchKeyEvent", parameters.merging(["type": "keyDown"]) { $1 })
    _ = try call("Input.dispatchKeyEvent", parameters.merging(["type": "keyUp"]) { $1 })
  }

  /// What the page complained of: its own errors, and those of the browser about it.
  var complaints: [String] {
    events.compactMap { method, parameters in
      switch method {
      case "Runtime.exceptionThrown": "\(parameters)"
      case "Runtime.consoleAPICalled": parameters["type"] as? String == "log" ? nil : "\(parameters)"
      case "Log.entryAdded": "\(parameters)"
      default: nil
      }
    }
  }

  /// What the page asked for besides itself and its own data.
  func requests(besides file: URL) -> [String] {
    events.filter { $0.method == "Network.requestWillBeSent" }.compactMap { _, parameters in
      let url = (parameters["request"] as? [String: Any])?["url"] as? String ?? ""
      return url.hasPrefix("data:") || url == file.absoluteString ? nil : url
    }
  }

  // MARK: The protocol

  func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    number += 1
    var message: [String: Any] = ["id": number, "method": method, "params": parameters]
    message["sessionId"] = session
    try commands.fileHandleForWriting.write(contentsOf: try JSONSerialization.data(withJSONObject: message) + [0])
    while true {
      let reply = try receive()
      guard reply["id"] as? Int == number else { continue }
      if let error = reply["error"] { throw Failure.refused("\(method): \(error)") }
      return reply["result"] as? [String: Any] ?? [:]
    }
  }

  /// The next message; events are also kept.
  private func receive() throws -> [String: Any] {
    let watch = DispatchWorkItem { [process] in process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: watch)
    defer { watch.cancel() }
    while true {
      if let end = unread.firstIndex(of: 0) {
        let message = try JSONSerialization.jsonObject(with: Data(unread[..<end])) as? [String: Any] ?? [:]
        unread = Data(unread[unread.index(after: end)...])
        if let method = message["method"] as? String {
          events.append((method, message["params"] as? [String: Any] ?? [:]))
        }
        return message
      }
      let more = replies.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Failure.ended }
      unread += more
    }
  }
}
