internal import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// One request for the rest of a file.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  /// What the server said of the file before its bytes came.
  struct Answer: Sendable {
    /// Where the bytes that came begin.
    let offset: Int
    /// The size of the whole file, if the server said it.
    let total: Int?
    /// What tells this version of the file from another.
    let validator: String?
  }

  private let file: PartialFile
  private let remote: RemoteFile
  private let url: URL
  private let progress: @Sendable (Int, Int?) -> Void
  private let remember: @Sendable (Answer) throws -> Void
  private let done = DispatchSemaphore(value: 0)
  // Touched by the delegate's queue alone until `done`.
  private var answer: Answer?
  private var failure: DownloadError?
  private var held = Data()
  private var isHolding = true
  private var isComplete = false

  /// Seconds without a byte after which a server is given up.
  static let patience = 60.0

  /// - Parameters:
  ///   - progress: told how many bytes there are, and of how many.
  ///   - remember: told what the server said, before the first byte is written.
  init(
    _ url: URL, into file: PartialFile, of remote: RemoteFile, progress: @escaping @Sendable (Int, Int?) -> Void,
    remember: @escaping @Sendable (Answer) throws -> Void
  ) {
    self.url = url
    self.file = file
    self.remote = remote
    self.progress = progress
    self.remember = remember
  }

  /// Appends what the file lacks.
  /// - Parameter validator: of the version that the file is a part of; nil for whichever there is.
  /// - Returns: what the server said.
  /// - Throws: `DownloadError`; what came before stays in the file, unless it cannot be a part of it.
  func run(resuming validator: String?) throws -> Answer {
    var request = URLRequest(
      url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: Transfer.patience)
    request.setValue("gauntlet", forHTTPHeaderField: "User-Agent")
    // The bytes of the file, not of a packing of it.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if file.size > 0 {
      request.setValue("bytes=\(file.size)-", forHTTPHeaderField: "Range")
      if let validator { request.setValue(validator, forHTTPHeaderField: "If-Range") }
    }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = Transfer.patience
    configuration.urlCache = nil
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: queue)
    defer { session.finishTasksAndInvalidate() }
    session.dataTask(with: request).resume()
    done.wait()
    if let failure { throw failure }
    guard let answer else { throw DownloadError.refused(url: url.absoluteString, reason: "it did not answer") }
    if let total = answer.total, file.size != total {
      throw DownloadError.refused(
        url: url.absoluteString, reason: "the connection ended after \(file.size) of \(total) bytes")
    }
    return answer
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    let isWeb = request.url.flatMap { Catalogue.webAddress($0.absoluteString) } != nil
    let isDowngrade = url.scheme == "https" && request.url?.scheme != "https"
    guard isWeb, !isDowngrade else {
      fail(task, "it leads to \(request.url?.absoluteString ?? "nowhere"), which is not followed")
      return completionHandler(nil)
    }
    var next = request
    for header in ["Range", "If-Range", "Accept-Encoding", "User-Agent"] {
      if let value = task.originalRequest?.value(forHTTPHeaderField: header) {
        next.setValue(value, forHTTPHeaderField: header)
      }
    }
    completionHandler(next)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    guard failure == nil, let response = response as? HTTPURLResponse else { return completionHandler(.cancel) }
    do {
      let answer = try accept(Reply(response))
      try remember(answer)
      self.answer = answer
      completionHandler(isComplete ? .cancel : .allow)
    } catch {
      failure = error as? DownloadError ?? .refused(url: url.absoluteString, reason: "\(error)")
      completionHandler(.cancel)
    }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil, answer != nil, !isComplete else { return }
    do {
      if isHolding {
        // The first bytes are looked at before any is written.
        held.append(data)
        guard held.count >= Check.start else { return }
        try release()
      } else {
        try file.append(data)
      }
      if let total = answer?.total ?? remote.size, file.size > total {
        throw DownloadError.refused(url: url.absoluteString, reason: "it sent more than the \(total) bytes of the file")
      }
      progress(file.size, answer?.total ?? remote.size)
    } catch {
      failure = error as? DownloadError ?? .refused(url: url.absoluteString, reason: "\(error)")
      dataTask.cancel()
    }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if failure == nil, answer != nil, isHolding, !isComplete {
      do { try release() } catch { failure = error as? DownloadError }
    }
    if failure == nil, !isComplete, let error {
      failure = .refused(url: url.absoluteString, reason: (error as NSError).localizedDescription)
    }
    done.signal()
  }

  /// Decides on the status and headers.
  private func accept(_ reply: Reply) throws -> Answer {
    let address = url.absoluteString
    if reply.isPacked, (200...206).contains(reply.status) {
      // A server that takes an archive for a packed something: what would arrive is the something.
      guard remote.kind != .gzip else {
        throw DownloadError.refused(
          url: address,
          reason: "it calls the archive a packing (Content-Encoding), which is undone on the way; fetch it "
            + "with another tool (curl -L -o NAME URL), put it there, and run the same command again")
      }
      if reply.status == 206 {
        try file.clear()
        throw DownloadError.refused(url: address, reason: "it packs the rest of the file; that was thrown away")
      }
    }
    switch reply.status {
    case 200:
      try file.clear()
    case 206 where reply.rangeStart == file.size: break
    case 206:
      throw DownloadError.refused(
        url: address,
        reason: "it sent bytes from \(reply.rangeStart.map(String.init) ?? "nowhere"), not from \(file.size)")
    case 416 where reply.total == file.size && file.size > 0:
      // Nothing is left to send; what comes now is not the file's.
      isComplete = true
    case 416:
      try file.clear()
      throw DownloadError.refused(url: address, reason: "it cannot go on from what is there; that was thrown away")
    default:
      throw DownloadError.refused(url: address, reason: "status \(reply.status)")
    }
    if let total = reply.total, let expected = remote.size, total != expected {
      throw DownloadError.refused(url: address, reason: "its file has \(total) bytes, expected \(expected)")
    }
    return Answer(offset: file.size, total: reply.total, validator: reply.validator)
  }

  /// Writes the bytes that were held back, if they may be the file's.
  private func release() throws {
    isHolding = false
    defer { held = Data() }
    if file.size == 0 {
      if Check.isWebPage(held) {
        throw DownloadError.webPage(url: url.absoluteString, start: Check.shown(held))
      }
      if let reason = Check.looksWrong(Array(held.prefix(Check.start)), for: remote.kind) {
        throw DownloadError.refused(url: url.absoluteString, reason: reason)
      }
    }
    try file.append(held)
  }

  private func fail(_ task: URLSessionTask, _ reason: String) {
    failure = .refused(url: url.absoluteString, reason: reason)
    task.cancel()
  }
}
