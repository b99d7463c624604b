import FileFormats
import Foundation
import Tensors
import TestFiles
import Testing

/// What a pickle says of tensors and their storages.
@Suite struct PyTorchTensorTests {
  typealias Pickle = PickleWriter

  static let four = [UInt8](repeating: 0, count: 16)

  static func tensor(
    offset: Int = 0, _ extents: [Int], strides: [Int], count: Int = 4, behind: [[UInt8]] = []
  ) -> [UInt8] {
    Pickle.tensor(Pickle.storage(count), offset: offset, extents, strides: strides, behind: behind)
  }

  static let tensors: [(piece: [UInt8], reason: String)] = [
    (tensor([5], strides: [1]), "extents [5], strides [1] and offset 0 reaches beyond its storage of 4 numbers"),
    (tensor(offset: 1, [4], strides: [1]), "reaches beyond"),
    (tensor([2, 2], strides: [3, 1]), "reaches beyond"),
    (tensor([2, 2], strides: [.max, .max]), "reaches beyond"),
    (tensor([3], strides: [.max]), "reaches beyond"),
    (tensor(offset: .max, [2], strides: [1]), "reaches beyond"),
    (tensor(offset: .max, [0], strides: [1]), "reaches beyond"),
    (tensor([2], strides: [-1]), "strides [-1]"),
    (tensor([-2], strides: [1]), "extents [-2]"),
    (tensor(offset: -1, [2], strides: [1]), "offset -1"),
    (tensor([.max, .max], strides: [0, 0]), "which no file can have"),
    (tensor([.max, .max, 0], strides: [0, 0, 0]), "which no file can have"),
    (tensor([1 << 40], strides: [0]), "takes more than"),
    (tensor([2], strides: [1, 1]), "1 extents and 2 strides"),
    (tensor([Int](repeating: 1, count: 65), strides: [Int](repeating: 1, count: 65)), "65 axes"),
    (tensor([4], strides: [1], count: 5), "should have 20 bytes, and the archive has 16"),
    (tensor([4], strides: [1], count: .max), "which no file can have"),
    (tensor([4], strides: [1], count: -1), "a storage has a type, a key, a location and a count"),
    (tensor([4], strides: [1], behind: [Pickle.dictionary([("neg", [0x88])])]), "a tensor has metadata"),
    (Pickle.tensor(Pickle.storage(4, key: "1"), [4], strides: [1]), "storage \"1\" is not in the archive"),
    (
      Pickle.tensor(Pickle.storage(4, type: "ComplexFloatStorage"), [4], strides: [1]),
      "type \"torch.ComplexFloatStorage\""
    ),
    (Pickle.tensor(Pickle.integer(1), [4], strides: [1]), "something else than a storage"),
    (Pickle.storage(4), "a storage is there by itself"),
    (Pickle.text("x") + [0x51], "a persistent id is a text"),
    (Pickle.tuple([Pickle.text("module")]) + [0x51], "refers to a \"module\""),
    (
      Pickle.list([tensor([4], strides: [1]), tensor([4], strides: [1], count: 3)]),
      "storage \"0\" has 16 bytes, and then 12"
    ),
  ]

  @Test(arguments: tensors)
  func aLieAboutATensorIsNamed(_ piece: [UInt8], _ reason: String) {
    PyTorchLieTests.expect(Pickle.archive(piece, [("0", Self.four)]), reason)
  }

  @Test func aStorageThatIsNotThereIsNamed() {
    let piece = Self.tensor([4], strides: [1])
    #expect(PyTorchLieTests.sentence(Pickle.legacy(piece, [("0", 4, Self.four)])) == "no error")
    PyTorchLieTests.expect(Pickle.legacy(piece), "storage \"0\" is not among those that follow")
    PyTorchLieTests.expect(Pickle.legacy(piece, [("0", 5, Self.four)]), "has 5 numbers")
    PyTorchLieTests.expect(Pickle.legacy(piece, [("0", -1, Self.four)]), "has 18446744073709551615 numbers")
    PyTorchLieTests.expect(Pickle.legacy(piece, [("0", 4, [1, 2, 3])]), "takes 16 bytes, and 3 follow")
    PyTorchLieTests.expect(Pickle.legacy(piece, [("0", 4, Self.four + [0])]), "1 bytes behind its last storage")
    PyTorchLieTests.expect(Pickle.legacy(piece, [("1", 4, Self.four)]), "nothing refers to storage \"1\"")
    PyTorchLieTests.expect(Pickle.legacy(piece, [("0", 4, Self.four), ("0", 4, Self.four)]), "is there twice")
    PyTorchLieTests.expect(Pickle.archive(piece, [("0", [1])]), "should have 16 bytes, and the archive has 1")
  }

  /// Texts as bytes, integers as lines, and ordered dictionaries made of lists, as Python 2 wrote them.
  @Test func whatPython2WroteIsRead() throws {
    func text(_ text: String) -> [UInt8] { [0x55, UInt8(text.utf8.count)] + Array(text.utf8) }
    let count = Array("L4L\n".utf8)
    let storage = Pickle.tuple([
      text("storage"), Pickle.global("torch", "FloatStorage"), text("9"), text("cuda:0"), count,
    ])
    let shape = Pickle.tuple([Array("I2\n".utf8), Pickle.integer(1)])
    let tensor = Pickle.call(
      "torch._utils", "_rebuild_tensor",
      [storage + [0x51], Pickle.integer(1), shape, Pickle.tuple([[0x4B, 2], [0x4B, 1]])])
    let piece = Pickle.call(
      "collections", "OrderedDict",
      [Pickle.list([Pickle.list([text("w"), tensor]), Pickle.list([text("flag"), Array("I01\n".utf8)])])])
    let numbers = [1, 2, -3, 0.5].flatMap { (value: Float) in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    }
    let file = try PyTorchFile(decoding: Pickle.legacy(piece, [("9", 4, numbers)]), name: "a.pth")
    #expect(try file.tensors() == ["w": Tensor([2, 0.5], [2, 1])])
    guard case .flag(true)? = file.value["flag"] else {
      Issue.record("a truth value is read")
      return
    }
  }
}
