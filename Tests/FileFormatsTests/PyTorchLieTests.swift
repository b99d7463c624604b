import FileFormats
import Foundation
import Tensors
import TestFiles
import Testing

/// Pickles that no PyTorch wrote: whatever they say, reading them ends with values or a sentence.
@Suite struct PyTorchLieTests {
  typealias Pickle = PickleWriter

  /// What is said of a file when all its tensors are read.
  static func sentence(_ bytes: [UInt8]) -> String {
    message { _ = try PyTorchFile(decoding: bytes, name: "a.pth").tensors() }
  }

  static func expect(_ bytes: [UInt8], _ reason: String) {
    let sentence = sentence(bytes)
    #expect(
      sentence.hasPrefix("a.pth: ") && sentence.contains(reason) && !sentence.contains("\n"),
      "'\(sentence)' lacks '\(reason)'")
  }

  static let system = Pickle.global("posix", "system")

  static let calls: [[UInt8]] = [
    Pickle.call("posix", "system", [Pickle.text("true")]),
    system + Pickle.tuple([]) + [0x81],
    system + Pickle.tuple([]) + Pickle.dictionary([]) + [0x92],
    system + Pickle.dictionary([]) + [0x62],
    [0x28] + Array("iposix\nsystem\n".utf8),
    [0x28] + system + Pickle.text("true") + [0x6F],
    Pickle.text("posix") + Pickle.text("system") + [0x93] + Pickle.tuple([]) + [0x52],
    // Hidden among what is right, and remembered.
    Pickle.dictionary([("a", system + [0x71, 0] + [0x30] + Pickle.list([[0x68, 0] + Pickle.tuple([]) + [0x52]]))]),
    Pickle.call("torch._tensor", "_rebuild_from_type_v2", [system, system, Pickle.tuple([]), [0x4E]]),
  ]

  @Test(arguments: calls.dropLast())
  func whatWouldBeCalledIsNamed(_ piece: [UInt8]) {
    Self.expect(Pickle.archive(piece), "it calls \"posix.system\", which plain weights do not; nothing was called")
    Self.expect(Pickle.legacy(piece), "it calls \"posix.system\"")
    Self.expect(Pickle.pickle(piece), "it calls \"posix.system\"")
  }

  @Test func onlyTheListIsCalled() throws {
    for (module, name) in [
      ("builtins", "eval"), ("builtins", "getattr"), ("torch._utils", "_rebuild_qtensor"), ("torch", "load"),
      ("argparse", "Namespace"), ("torch.storage", "_load_from_bytes"), ("a\u{1B}b", "c"),
    ] {
      let sentence = Self.sentence(Pickle.archive(Pickle.call(module, name, [])))
      #expect(sentence.contains("it calls \"") && !sentence.contains("\u{1B}"), "\(sentence)")
    }
    Self.expect(Pickle.archive(Self.calls[8]), "with something else than a plain tensor")
    Self.expect(Pickle.archive(Pickle.integer(1) + Pickle.tuple([]) + [0x52]), "something is called")
    // A name that nobody calls is a text.
    let file = try PyTorchFile(decoding: Pickle.archive(Self.system), name: "a.pth")
    guard case .text("posix.system") = file.value else {
      Issue.record("a name is a text")
      return
    }
  }

  // MARK: Pickles

  static func deep(_ count: Int) -> [UInt8] {
    [UInt8](repeating: 0x5D, count: count) + [UInt8](repeating: 0x61, count: count - 1)
  }

  /// Lists of two of the list before: 2^n values of n lists.
  static func laughs(_ count: Int) -> [UInt8] {
    (0..<count).reduce(into: [0x5D]) { piece, _ in
      piece = [0x5D, 0x28] + piece + [0x32, 0x65]
    }
  }

  static let pickles: [(piece: [UInt8], reason: String)] = [
    ([0x5D, 0x71, 0, 0x68, 0, 0x61], "a collection holds itself"),
    ([0x7D, 0x71, 0] + Pickle.text("a") + [0x68, 0, 0x73], "a collection holds itself"),
    ([0x5D, 0x71, 0, 0x28, 0x68, 0, 0x74, 0x61], "a collection holds itself"),
    (deep(257), "more than 256 deep"),
    (deep(256), "no error"),
    (laughs(40), "more than 4194304 values"),
    ([0xFF], "unknown instruction 0xff"),
    ([0x52], "takes more than it made"),
    ([0x28, 0x52], "takes more than it made"),
    ([], "takes more than it made"),
    ([0x74], "a mark that is not there"),
    ([0x68, 9], "value 9 is recalled before"),
    ([0x58, 255, 255, 255, 255], "4294967295 bytes are announced"),
    ([0x8E] + [UInt8](repeating: 255, count: 8), "18446744073709551615 bytes are announced"),
    ([0x8B, 0, 0, 0, 0x80], "-2147483648 bytes are announced"),
    ([0x95] + [UInt8](repeating: 0x7F, count: 8), "a frame of"),
    ([0x58, 1, 0, 0, 0, 0xFF], "not valid UTF-8"),
    ([0x4E, 0x4E, 0x61], "something is added to None"),
    ([0x7D, 0x28, 0x4E, 0x75], "a key without a value"),
    (Pickle.dictionary([("a", [0x4E]), ("a", [0x4E])]), "has \"a\" twice"),
    (Pickle.list([[0x4E], [0x62]]), "takes more than it made"),
    (
      Pickle.dictionary([
        ("a", Pickle.dictionary([("b", PyTorchTensorTests.tensor([1], strides: [1]))])),
        ("a.b", PyTorchTensorTests.tensor([1], strides: [1])),
      ]),
      "two tensors are called \"a.b\""
    ),
    (Pickle.call("numpy.core.multiarray", "scalar", [[0x4E], [0x43, 1, 0]]), "an array of NumPy has no type"),
    (Pickle.call("numpy.core.multiarray", "_reconstruct", [Pickle.global("numpy", "ndarray")]), "has no content"),
    (Pickle.call("numpy", "dtype", [Pickle.text("f4")]) + Pickle.tuple([]) + [0x62], "a byte order"),
    (
      Pickle.call(
        "numpy.core.multiarray", "scalar", [Pickle.call("numpy", "dtype", [Pickle.text("f4")]), [0x43, 1, 0]]),
      "takes 4 bytes, got 1"
    ),
    (Pickle.call("_codecs", "encode", [Pickle.text("Ж"), Pickle.text("latin1")]), "a text and latin1"),
  ]

  @Test(arguments: pickles)
  func aLieOfAPickleIsNamed(_ piece: [UInt8], _ reason: String) {
    if reason == "no error" {
      #expect(Self.sentence(Pickle.archive(piece)) == reason)
    } else {
      Self.expect(Pickle.archive(piece, [("0", PyTorchTensorTests.four)]), reason)
    }
  }

  @Test func aGreatLieIsNamedToo() {
    for file in [Pickle.archive(Self.deep(100_000)), Pickle.legacy(Self.deep(100_000))] {
      Self.expect(file, "more than 256 deep")
    }
    let values = [UInt8](repeating: 0x4E, count: 5_000_000)
    Self.expect(Pickle.archive(values), "makes more than 4194304 values")
    let list = [0x5D, 0x71, 0, 0x28] + [UInt8](repeating: 0x4E, count: 1 << 12) + [0x65]
    let again = [0x5D, 0x28] + list + (0..<1 << 12).flatMap { _ in [0x68, 0] as [UInt8] } + [0x65]
    Self.expect(Pickle.archive(again), "more than 4194304 values, each time one is shared counted")
  }

  /// A few bytes each time, of what is remembered: nothing may come of them that the file has no room for.
  @Test func whatIsRecalledIsCounted() {
    let long = [UInt8](repeating: 0x61, count: 1 << 16)
    let text = [0x58, 0, 0, 1, 0] + long + [0x71, 1]
    func recalled(_ before: [UInt8], _ piece: [UInt8]) -> [UInt8] {
      let pieces = [[UInt8]](repeating: piece, count: 1 << 12).flatMap { $0 }
      return Pickle.archive([0x5D, 0x28] + before + [0x28] + pieces + [0x31, 0x65])
    }
    // set(list), then list.append(None): each would copy what the list has.
    let set =
      [0x5D, 0x71, 1, 0x28] + [UInt8](repeating: 0x4E, count: 1 << 12) + [0x65] + Pickle.global("builtins", "set")
    Self.expect(
      recalled(set + [0x71, 2], [0x68, 2, 0x68, 1, 0x85, 0x52, 0x68, 1, 0x4E, 0x61]), "more than 4194304 values")
    let encode = text + Pickle.text("latin1") + [0x71, 2] + Pickle.global("_codecs", "encode") + [0x71, 3]
    Self.expect(recalled(encode, [0x68, 3, 0x68, 1, 0x68, 2, 0x86, 0x52]), "more than 4194304 values")
    Self.expect(recalled(text, [0x68, 1, 0x68, 1, 0x93]), "more than 256 bytes")
    Self.expect(
      recalled(text + Pickle.global("torch", "device") + [0x71, 2], [0x68, 2, 0x68, 1, 0x85, 0x52]), "a device")
    Self.expect(Pickle.archive([0x7D] + text + [0x4E, 0x73]), "a name of 65536 bytes")
    // Empty tensors cost nothing but their names.
    let empty = PyTorchTensorTests.tensor([0], strides: [1])
    let names = (0..<18).reduce(empty) { piece, _ in
      [0x7D, 0x28] + Pickle.text(String(repeating: "b", count: 200)) + piece + [0x71, 9] + Pickle.text("c") + [
        0x68, 9, 0x75,
      ]
    }
    Self.expect(Pickle.archive(names, [("0", PyTorchTensorTests.four)]), "takes more than")
  }

  @Test func otherProtocolsAreNamed() {
    let entry = { (bytes: [UInt8]) in ZipWriter().archive([ZipWriter.Entry("a/data.pkl", bytes)]) }
    Self.expect(entry(Pickle.pickle([0x4E], protocol: 6)), "a pickle of protocol 6; 2 to 5 are")
    Self.expect(entry(Pickle.pickle([0x4E], protocol: 1)), "a pickle of protocol 1")
    Self.expect(Pickle.pickle([0x4E], protocol: 6), "a pickle of protocol 6")
    Self.expect(entry(Array("cposix\nsystem\n(tR.".utf8)), "a pickle begins with its protocol")
    Self.expect(entry(Pickle.pickle([0x4E]) + [0]), "goes on behind its pickle")
    Self.expect(Pickle.pickle([0x4E]), "did not write: it begins with None")
    Self.expect(entry([]), "ends within a pickle")
  }
}
