import Glibc

/// A server of HTTP/1.1 on loopback that does what a test tells it to, also what no server should do.
public final class HTTPServer: @unchecked Sendable {
  public struct Request: Sendable {
    public let method: String
    /// As it stands in the first line: with host for a proxy.
    public let target: String
    /// Names in lower case.
    public let headers: [String: String]
  }

  public struct Response: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]
    /// What the header says, if it is not the body's count.
    public var announced: Int?

    public init(_ status: Int, _ headers: [String: String] = [:], body: [UInt8] = [], announced: Int? = nil) {
      self.status = status
      self.headers = headers
      self.body = body
      self.announced = announced
    }
  }

  public let port: Int
  private let listener: Int32
  private let answer: @Sendable (Request) -> Response
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var seen: [Request] = []

  public struct NoSocket: Error {}

  /// Answers until it is stopped or the process ends: a test that has only its address left still needs it.
  public init(_ answer: @escaping @Sendable (Request) -> Response) throws {
    self.answer = answer
    pthread_mutex_init(mutex, nil)
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        bind(listener, raw, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, raw, &size) == 0
      }
    }
    guard listener >= 0, isOpen else { throw NoSocket() }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    start()
  }

  /// Answers nobody from now on; its port is free.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// An address of this server.
  public func url(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

  public var requests: [Request] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return seen
  }

  private func start() {
    let listener = self.listener
    Self.thread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Self.thread {
          self.serve(connection)
          shutdown(connection, Int32(SHUT_RDWR))
          close(connection)
        }
      }
    }
  }

  private func serve(_ connection: Int32) {
    guard let request = Self.read(connection) else { return }
    pthread_mutex_lock(mutex)
    seen.append(request)
    pthread_mutex_unlock(mutex)
    let response = answer(request)
    var head = "HTTP/1.1 \(response.status) Status\r\nConnection: close\r\n"
    head += "Content-Length: \(response.announced ?? response.body.count)\r\n"
    for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
    let bytes = Array((head + "\r\n").utf8) + response.body
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      done += count
    }
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < 65_536, !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    let words = lines.first?.split(separator: " ").map(String.init) ?? []
    guard words.count >= 2 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    return Request(method: words[0], target: words[1], headers: headers)
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var handle = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let result = pthread_create(
      &handle, nil,
      { raw in
        if let raw { Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
    if result == 0 { pthread_detach(handle) } else { box.release() }
  }
}

extension HTTPServer {
  /// What a good server says to a request for a file: the whole, the rest of it, or that there is no rest.
  public static func file(
    _ bytes: [UInt8], for request: Request, tag: String? = "\"1\"", headers: [String: String] = [:]
  ) -> Response {
    var headers = headers
    if let tag { headers["ETag"] = tag }
    headers["Accept-Ranges"] = "bytes"
    guard let range = request.headers["range"], request.headers["if-range"].map({ $0 == tag }) ?? true,
      let start = range.split(separator: "=").last.flatMap({ Int($0.dropLast()) })
    else { return Response(200, headers, body: bytes) }
    guard start < bytes.count else {
      headers["Content-Range"] = "bytes */\(bytes.count)"
      return Response(416, headers)
    }
    headers["Content-Range"] = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
    return Response(206, headers, body: Array(bytes[start...]))
  }
}
