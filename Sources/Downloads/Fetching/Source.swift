internal import Foundation

/// Where the bytes of a partial file came from: kept beside it, so that another run knows what it may go on with.
struct Source: Equatable {
  let url: String
  let validator: String?

  private static func path(_ partial: String) -> String { partial + ".source" }

  init(url: String, validator: String?) {
    self.url = url
    self.validator = validator
  }

  /// Of a partial file; nil if nothing is known.
  init?(of partial: String) {
    guard let data = FileManager.default.contents(atPath: Source.path(partial)),
      let text = String(data: data, encoding: .utf8)
    else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 2 else { return nil }
    self.init(url: lines[0], validator: lines[1].isEmpty ? nil : lines[1])
  }

  /// - Throws: `DownloadError.unwritable`.
  func write(for partial: String) throws {
    let path = Source.path(partial)
    do { try Data("\(url)\n\(validator ?? "")\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw DownloadError.unwritable(path: path, reason: (error as NSError).localizedDescription)
    }
  }

  static func remove(of partial: String) { try? FileManager.default.removeItem(atPath: path(partial)) }
}
