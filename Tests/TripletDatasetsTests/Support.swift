import FileFormats
import Foundation
import GauntletKit
import GauntletLaws
import Pictures
import Tensors
import Testing
import TripletDatasets

/// A dataset by its reference.
func dataset(_ reference: String) throws -> any Dataset {
  var registry = Registry()
  try TripletDatasets.register(in: &registry)
  return try registry.datasets.make(PluginReference(reference))
}

func triplets(_ reference: String) throws -> any TripletDataset {
  try #require(try dataset(reference) as? any TripletDataset)
}

/// The text of what is wrong with a reference.
func complaint(_ reference: String) -> String { message { _ = try dataset(reference) } }

/// The red of every image, as a whole number of 255ths: tells which picture it is.
func reds(_ images: Tensor) -> [Int] { (0..<images.rows).map { Int((images.row($0).scalars[0] * 255).rounded()) } }

extension TemporaryFolder {
  /// A number as `numpy.save` writes it.
  func number(_ value: Float, to name: String, shape: Shape = [1]) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try NPY.write(Tensor(repeating: value, shape), to: file.path)
  }
}
