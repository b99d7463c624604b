import FileFormats
import Foundation
import Tensors
import Testing

/// One reader for weights of any format.
struct WeightFileTests {
  private func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Golden")).path
  }

  private func temporary(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "gauntlet-\(UUID().uuidString)-\(name)").path
  }

  /// The content tells the format, whatever the name; other dictionaries of a checkpoint are passed over.
  @Test func checkpointsAreUnwrapped() throws {
    let checkpoint = try path("checkpoint-2.pth")
    let expected = try PyTorchFile(contentsOf: checkpoint).tensors(at: ["state_dict"])
    #expect(!expected.isEmpty)
    let renamed = temporary("weights.pth.tar")
    defer { try? FileManager.default.removeItem(atPath: renamed) }
    try FileManager.default.copyItem(atPath: checkpoint, toPath: renamed)
    for file in [checkpoint, renamed] {
      let weights = try WeightFile(contentsOf: file)
      #expect(weights.tensors == expected)
      #expect(weights.metadata.isEmpty)
    }
    let all = try WeightFile(contentsOf: checkpoint, wrappers: [])
    #expect(all.tensors.count > expected.count)
  }

  @Test func safetensorsKeepTheirMetadata() throws {
    let file = temporary("weights.pth")
    defer { try? FileManager.default.removeItem(atPath: file) }
    let tensors = ["module.a": Tensor([1, 2], [2]), "module.b": Tensor([3], [1])]
    try SafeTensors(tensors: tensors, metadata: ["x": "y"]).write(to: file)
    var weights = try WeightFile(contentsOf: file)
    #expect(weights.tensors == tensors)
    #expect(weights.metadata == ["x": "y"])
    weights.removeCommonPrefixes(["backbone.", "module."])
    #expect(weights.tensors.keys.sorted() == ["a", "b"])
    weights.removeCommonPrefixes(["a"])
    #expect(weights.tensors.keys.sorted() == ["a", "b"])
  }

  @Test(arguments: ["", "PK", "{}", "nonsense that is longer than nine bytes"])
  func nonsenseIsNamed(_ content: String) throws {
    for ending in ["pth", "safetensors"] {
      let file = temporary("nonsense.\(ending)")
      defer { try? FileManager.default.removeItem(atPath: file) }
      try content.write(toFile: file, atomically: true, encoding: .utf8)
      let error = #expect(throws: FileFormatError.self) { try WeightFile(contentsOf: file) }
      #expect("\(try #require(error))".contains(file))
    }
  }
}
