/// Which of its formats a PyTorch file has.
enum PyTorchLayout {
  case archive, legacy

  /// Told by its first bytes; what is often taken for one is named.
  /// - Throws: `FileFormatError`.
  init(_ source: ByteSource) throws {
    let head = try source.read(0..<min(512, source.count))
    if head.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      self = .archive
      return
    }
    if head.first == PickleOpcode.protocol.rawValue {
      self = .legacy
      return
    }
    if head.count > 262, head[257..<262].elementsEqual("ustar".utf8) {
      throw source.unsupported("it is a tar archive, as the first PyTorch wrote; load it there and save it again")
    }
    if head.starts(with: [0x1F, 0x8B]) { throw source.unsupported("it is compressed with gzip; unpack it first") }
    let text = String(decoding: head.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.prefix(64), as: UTF8.self)
    if text.first == "<" {
      throw source.malformed("it is a page of HTML or XML: the download got an answer for people")
    }
    if text.hasPrefix("version https://git-lfs") {
      throw source.malformed("it is a pointer of Git LFS; fetch the file that it points to")
    }
    throw source.malformed(
      "it begins with the bytes \(Array(head.prefix(4))), expected a zip archive (80, 75, 3, 4) or a pickle (128)")
  }
}

extension ByteSource {
  func malformed(_ reason: String) -> FileFormatError { .malformed(file: name, format: .pytorch, reason: reason) }
  func unsupported(_ reason: String) -> FileFormatError { .unsupported(file: name, format: .pytorch, reason: reason) }
}
