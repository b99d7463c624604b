import FileFormats
import Foundation
import Tensors
import TestFiles
import Testing

/// What Tests/Reference/pytorch_files.py says of a value.
final class PyTorchExpectation: Decodable, Equatable, CustomStringConvertible {
  let kind: String
  var text: String?
  var shape: [Int]?
  var bits: [UInt32]?
  var items: [PyTorchExpectation]?

  init(_ value: PyTorchValue, in file: PyTorchFile) throws {
    func described(_ values: [PyTorchValue]) throws -> [PyTorchExpectation] {
      try values.map { try PyTorchExpectation($0, in: file) }
    }
    switch value {
    case .tensor(let tensor):
      let values = Golden.Values(try file.tensor(tensor))
      (kind, shape, bits) = ("tensor", values.shape, values.bits)
    case .dictionary(let pairs): (kind, items) = ("dictionary", try described(pairs.flatMap { [$0.key, $0.value] }))
    case .list(let values): (kind, items) = ("list", try described(values))
    case .tuple(let values): (kind, items) = ("tuple", try described(values))
    case .text(let text): (kind, self.text) = ("text", text)
    case .integer(let integer): (kind, text) = ("integer", String(integer))
    case .number(let number): (kind, text) = ("number", String(number.bitPattern))
    case .flag(let flag): (kind, text) = ("flag", String(flag))
    case .bytes(let bytes): (kind, text) = ("bytes", bytes.map { String($0) }.joined(separator: " "))
    case .none: kind = "none"
    }
  }

  static func == (a: PyTorchExpectation, b: PyTorchExpectation) -> Bool {
    a.kind == b.kind && a.text == b.text && a.shape == b.shape && a.bits == b.bits && a.items == b.items
  }

  var description: String { "\(kind) \(text ?? "") \(shape ?? []) \(bits ?? []) \(items ?? [])" }
}

@Suite struct PyTorchTests {
  struct Reference: Decodable {
    let files: [String: String]
    let values: [String: PyTorchExpectation]

    static func read() throws -> Reference {
      try JSONDecoder().decode(Reference.self, from: Data(Golden.bytes("pytorch.json")))
    }
  }

  @Test(arguments: Golden.names(endingIn: ".pth"))
  func aFileOfPyTorchHasItsValues(_ name: String) throws {
    let reference = try Reference.read()
    let expected = try #require(reference.files[name].flatMap { reference.values[$0] })
    let file = try PyTorchFile(contentsOf: Golden.path(name))
    let read = try PyTorchExpectation(file.value, in: file)
    #expect(read.kind == expected.kind && read.items?.count == expected.items?.count)
    for (a, b) in zip(read.items ?? [read], expected.items ?? [expected]) { #expect(a == b) }
    let decoded = try PyTorchFile(decoding: Golden.bytes(name), name: name)
    #expect(try PyTorchExpectation(decoded.value, in: decoded) == expected)
  }

  @Test(arguments: ["checkpoint-2.pth", "checkpoint-legacy.pth", "deflated.pth"])
  func whatWasNestedIsFound(_ name: String) throws {
    let file = try PyTorchFile(contentsOf: Golden.path(name))
    let state = try file.tensors(at: ["state_dict"])
    #expect(
      state.keys.sorted() == [
        "0.bias", "0.weight", "1.bias", "1.num_batches_tracked", "1.running_mean", "1.running_var", "1.weight",
      ])
    #expect(state["0.weight"]?.shape == [3, 2, 3, 3] && state["1.num_batches_tracked"]?.scalars == [1])
    let all = try file.tensors()
    #expect(all["state_dict.0.weight"] == state["0.weight"])
    #expect(all["optimizer.state.0.momentum_buffer"]?.shape == [3, 2, 3, 3] && all["table"]?.shape == [2, 3])
    #expect(try file.tensors(at: ["state_dict", "0.bias"]).keys.sorted() == ["0.bias"])
    guard case .integer(3)? = file.value["epoch"], case .number(0.75)? = file.value["best"],
      case .text("b")? = file.value["args"]?["tags"]?["1"], case .text("five")? = file.value["5"]
    else {
      Issue.record("numbers and texts are values")
      return
    }
    #expect(file.value["args"]?.names == ["arch", "lr", "tags", "size"])
    #expect(file.value["args"]?["tags"]?["2"] == nil && file.value["args"]?["tags"]?["01"] == nil)
  }

  @Test func aNameThatIsNotThereIsAnsweredWithThoseThatAre() throws {
    let file = try PyTorchFile(contentsOf: Golden.path("adapter.pth"))
    let error = FileFormatError.missing(file: Golden.path("adapter.pth"), name: "model", known: file.value.names)
    #expect(throws: error) { try file.tensors(at: ["model"]) }
    let sentence = message { _ = try file.tensors(at: ["model"]) }
    #expect(sentence.contains("has no \"model\"; known: \"base_model.model.blocks.0.attn"))
    #expect(message { _ = try PyTorchFile(contentsOf: "/nowhere/a.pth") }.contains("/nowhere/a.pth: cannot be read"))
    #expect(try PyTorchFile(contentsOf: Golden.path("tensor.pth")).tensors().keys.sorted() == ["tensor"])
  }

  @Test func aLimitIsKept() throws {
    let bytes = try Golden.bytes("adapter.pth")
    let file = try PyTorchFile(decoding: bytes, name: "a.pth")
    // Four tensors of twelve numbers, and what comes behind each name.
    let size = 4 * 12 * 4 + file.value.names.reduce(0) { $0 + $1.utf8.count + 1 }
    #expect(try PyTorchFile(decoding: bytes, name: "a.pth", limit: size).tensors().count == 4)
    let sentence = message { _ = try PyTorchFile(decoding: bytes, name: "a.pth", limit: size - 1).tensors() }
    #expect(sentence.contains("more than \(size - 1) bytes"))
  }
}
