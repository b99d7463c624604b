internal import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// What matters of a response's status and headers.
struct Reply {
  let status: Int
  /// Where the bytes of a partial response begin.
  let rangeStart: Int?
  /// The size of the whole file, if it is told.
  let total: Int?
  /// Whether what is sent is a packing of the file, which is undone on the way.
  let isPacked: Bool
  /// A strong ETag, or the time of the last change: what may stand in `If-Range`.
  let validator: String?

  init(_ response: HTTPURLResponse) {
    func header(_ name: String) -> String? { response.value(forHTTPHeaderField: name) }
    status = response.statusCode
    // "bytes 5-9/10", or "bytes */10" where nothing fits; the size may be "*".
    let range = header("Content-Range")?.split(separator: "/").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    rangeStart = range.first?.split(separator: " ").last?.split(separator: "-").first.flatMap { Int($0) }
    isPacked = !["", "identity"].contains(header("Content-Encoding")?.lowercased() ?? "")
    total =
      range.count == 2
      ? Int(range[1]) : status == 200 && !isPacked ? header("Content-Length").flatMap { Int($0) } : nil
    let tag = header("ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
    validator = tag ?? header("Last-Modified")
  }
}
