import FileFormats
import Foundation
import TestFiles
import Testing

/// Weights of PyTorch become safetensors.
struct ConvertTests {
  private let scratch: Scratch
  private let checkpoint: String

  init() throws {
    scratch = try Scratch()
    let tensor = PickleWriter.tensor(PickleWriter.storage(2), [2], strides: [1])
    let piece = PickleWriter.dictionary([
      ("state_dict", PickleWriter.dictionary([("fc.weight", tensor)])), ("epoch", PickleWriter.integer(3)),
    ])
    checkpoint = try scratch.write(
      PickleWriter.archive(piece, [("0", [0, 0, 128, 63, 0, 0, 0, 192])]), to: "checkpoint.pth")
  }

  @Test func aDictionaryOfACheckpointIsConverted() throws {
    let output = scratch.file("weights.safetensors")
    #expect(try GauntletProcess.run("convert", checkpoint, output).status == 0)
    #expect(try SafeTensors(contentsOf: output).tensors.keys.sorted() == ["state_dict.fc.weight"])
    #expect(try GauntletProcess.run("convert", checkpoint, output, "--key", "state_dict").status == 0)
    #expect(try SafeTensors(contentsOf: output).tensors["fc.weight"]?.scalars == [1, -2])
  }

  @Test func whatCannotBeConvertedIsNamed() throws {
    let output = scratch.file("none.safetensors")
    let typed = try GauntletProcess.run("convert", checkpoint, output, "--key", "state-dict")
    #expect(typed.status == 64 && typed.error.contains("did you mean 'state_dict'?"), "\(typed.error)")
    let unknown = try GauntletProcess.run("convert", checkpoint, output, "--key", "model")
    #expect(unknown.status == 65 && unknown.error.contains("known: \"state_dict\", \"epoch\""), "\(unknown.error)")
    let empty = try GauntletProcess.run("convert", checkpoint, output, "--key", "epoch")
    #expect(empty.status == 65 && empty.error.contains("has no tensor in epoch"), "\(empty.error)")
    let attack = try scratch.write(
      PickleWriter.archive(PickleWriter.call("posix", "system", [PickleWriter.text("true")])), to: "attack.pt")
    let refused = try GauntletProcess.run("convert", attack, output)
    #expect(refused.status == 65 && refused.error.contains("it calls \"posix.system\""), "\(refused.error)")
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}
