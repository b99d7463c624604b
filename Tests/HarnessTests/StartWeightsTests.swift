import FileFormats
import Foundation
import GauntletKit
import Networks
import Tensors
import Testing

import Harness

struct StartWeightsTests {
  private let images = ImageSpec(channels: 3, height: 16, width: 16)

  private func blueprint(_ weights: StartWeights?, embedding: Int = 8) -> Blueprint {
    Blueprint(
      architecture: "small-conv", embedding: embedding, normalization: .none, geometry: .sphere, weights: weights)
  }

  private func file(_ tensors: [String: Tensor]) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors").path
    try SafeTensors(tensors: tensors, metadata: [:]).write(to: path)
    return path
  }

  /// A file of the same network with another head: the body is the file's, the head is fresh.
  @Test func anotherHeadIsDrawnFreshly() throws {
    let classifier = try blueprint(nil, embedding: 5).backbone(for: images, seed: 1).parameters
    let path = try file(classifier.dictionary)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let fresh = try blueprint(nil).backbone(for: images, seed: 2).parameters
    let started = try blueprint(StartWeights(path)).backbone(for: images, seed: 2).parameters
    let own = Set(fresh.names.filter { fresh[$0].shape != classifier[$0].shape }.map { $0.split(separator: ".")[0] })
    #expect(own.count == 1)
    for name in started.names {
      let isHead = own.contains(name.split(separator: ".")[0])
      #expect(started[name] == (isHead ? fresh[name] : classifier[name]), "\(name)")
    }
  }

  @Test func aHeadOfTheRightShapeIsKept() throws {
    let saved = try blueprint(nil).backbone(for: images, seed: 1).parameters
    let path = try file(saved.dictionary)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let started = try blueprint(StartWeights(path)).backbone(for: images, seed: 2).parameters
    #expect(started.dictionary == saved.dictionary)
  }

  @Test func aBodyThatIsNotTheNetworksIsRefused() throws {
    var tensors = try blueprint(nil).backbone(for: images, seed: 1).parameters.dictionary
    tensors[tensors.keys.sorted()[0]] = nil
    let path = try file(tensors)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let weights = try StartWeights(path)
    #expect(throws: HarnessError.self) { try blueprint(weights).backbone(for: images, seed: 2) }
    #expect(throws: HarnessError.self) { try StartWeights(path + ".nowhere") }
  }

  /// What a model is known by follows the file's content, not its name.
  @Test func identityIsTheContents() throws {
    let tensors = try blueprint(nil).backbone(for: images, seed: 1).parameters.dictionary
    let (a, b) = (try file(tensors), try file(tensors))
    let c = try file(try blueprint(nil).backbone(for: images, seed: 3).parameters.dictionary)
    defer { for path in [a, b, c] { try? FileManager.default.removeItem(atPath: path) } }
    let identities = try [a, b, c].map { try blueprint(StartWeights($0)).identity }
    #expect(identities[0] == identities[1] && identities[0] != identities[2])
    #expect(blueprint(nil).identity == blueprint(nil).text)
  }
}
