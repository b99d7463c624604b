/// Files of the format of MNIST.
public enum IDXWriter {
  /// - Parameters:
  ///   - type: the format's code of the type of the numbers; 8: unsigned bytes.
  ///   - bytes: the numbers, most significant byte first.
  public static func file(_ extents: [Int], type: UInt8 = 8, _ bytes: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(extents.count)]
      + extents.flatMap { extent in (0..<4).map { UInt8(truncatingIfNeeded: extent >> (24 - 8 * $0)) } } + bytes
  }
}
