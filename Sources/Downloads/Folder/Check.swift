/// Comparisons of what came with what was expected.
enum Check {
  /// What is wrong with a whole file; nil if nothing is.
  static func mismatch(
    of digest: String, size: Int, with file: RemoteFile, locked: Lock.Entry?
  ) -> DownloadFolder.State? {
    if let expected = file.size, size != expected {
      return .wrong(got: "\(size) bytes", expected: "\(expected) bytes")
    }
    if !file.pin.accepts(digest) {
      let expected =
        switch file.pin {
        case .sha256(let whole): "SHA-256 \(whole)"
        case .sha256Prefix(let start): "a SHA-256 that begins with \(start)"
        case .firstUse: "anything"
        }
      return .wrong(got: "SHA-256 \(digest)", expected: expected + (file.pinnedBy.isEmpty ? "" : " (\(file.pinnedBy))"))
    }
    if let locked, locked.sha256 != digest {
      return .wrong(got: "SHA-256 \(digest)", expected: "SHA-256 \(locked.sha256), as first fetched (\(Lock.name))")
    }
    return nil
  }

  /// How many first bytes `looksWrong` wants to see.
  static let start = 512

  /// Whether the first bytes are those of a web page.
  static func isWebPage(_ bytes: some Collection<UInt8>) -> Bool {
    let text = String(decoding: bytes.prefix(start), as: UTF8.self).lowercased()
      .drop(while: { $0.isWhitespace || $0 == "\u{FEFF}" })
    return ["<!doctype html", "<html", "<head", "<!-- html"].contains { text.hasPrefix($0) }
      || (text.hasPrefix("<?xml") && text.contains("<html"))
      || (text.hasPrefix("<!--") && text.contains("<html"))
  }

  /// What is wrong with the first bytes for a kind of file; nil if nothing is.
  static func looksWrong(_ bytes: [UInt8], for kind: RemoteFile.Kind) -> String? {
    func begins(_ marks: [[UInt8]]) -> Bool { marks.contains { bytes.starts(with: $0) } }
    let zip: [[UInt8]] = [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6]]
    let isRight =
      switch kind {
      case .gzip: begins([[0x1F, 0x8B]])
      case .zip: begins(zip)
      case .pytorch: begins(zip + [[0x80]])
      case .matlab: begins([Array("MATLAB".utf8)])
      case .text: !bytes.contains(0)
      case .any: true
      }
    guard !isRight else { return nil }
    return "its first bytes (\(shown(bytes))) are not those of \(name(kind))"
  }

  /// The first bytes as a reader can see them.
  static func shown(_ bytes: some Collection<UInt8>) -> String {
    let start = bytes.prefix(24)
    return start.allSatisfy { (32...126).contains($0) || $0 == 10 || $0 == 13 || $0 == 9 }
      ? "'" + String(decoding: start.map { $0 < 32 ? 32 : $0 }, as: UTF8.self) + "'"
      : start.prefix(8).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined(separator: " ")
  }

  private static func name(_ kind: RemoteFile.Kind) -> String {
    switch kind {
    case .gzip: "a gzip file"
    case .zip: "a zip archive"
    case .pytorch: "a file of PyTorch"
    case .matlab: "a MATLAB file"
    case .text: "a text"
    case .any: "anything"
    }
  }
}
