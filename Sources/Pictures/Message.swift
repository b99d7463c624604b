/// Room for the sentence that a C function leaves behind.
enum Message {
  /// The status that `call` returns, and the text that it wrote: zero-terminated, in at most `size` bytes.
  static func collect<Status>(
    size: Int, _ call: (UnsafeMutablePointer<CChar>) -> Status
  ) -> (status: Status, text: String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
      buffer.initialize(repeating: 0)
      let status = call(buffer.baseAddress!)
      let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return (status, String(decoding: text, as: UTF8.self))
    }
  }
}
