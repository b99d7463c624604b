internal import FileFormats
public import GauntletKit
public import Networks
internal import Tensors

/// A network before training: what it is made of.
public struct Blueprint: Hashable, Sendable {
  public let architecture: String
  public let embedding: Int
  public let normalization: Normalization
  public let geometry: Geometry
  /// What the weights are before training; nil for freshly drawn ones.
  public let weights: StartWeights?

  package init(
    architecture: String, embedding: Int, normalization: Normalization, geometry: Geometry, weights: StartWeights?
  ) {
    self.architecture = architecture
    self.embedding = embedding
    self.normalization = normalization
    self.geometry = geometry
    self.weights = weights
  }

  /// A backbone with weights of the file, or with freshly drawn ones.
  /// - Throws: `HarnessError.unreadable` for weights that are not the architecture's.
  package func backbone(for images: ImageSpec, seed: UInt64) throws -> Backbone {
    let graph = try Architectures.named(
      architecture, embedding: embedding, normalization: normalization,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
    let fresh = Parameters(initializing: graph, seed: seed)
    return Backbone(
      architecture: architecture, normalization: normalization, geometry: geometry, images: images,
      embedding: embedding, parameters: try weights?.parameters(of: graph, head: fresh) ?? fresh)
  }

  /// Says what decides numbers: the content of files, not where they lie.
  package var identity: String {
    text + (weights.map { ", weights=\($0.contentHash)" } ?? "")
  }

  /// As suites write it, with "=" for ": ".
  package var text: String {
    "architecture=\(architecture), embedding=\(embedding), normalization=\(normalization), geometry=\(geometry.rawValue)"
  }
}

/// A safetensors file to start training from, such as a classifier's that was trained elsewhere.
public struct StartWeights: Hashable, Sendable {
  /// As a suite names it, environment variables not replaced.
  public let written: String
  let path: String
  let contentHash: String

  /// - Throws: `HarnessError.unreadable`.
  package init(_ written: String) throws {
    self.written = written
    path = try EnvironmentVariables.expanded(written)
    contentHash = try ContentHash.ofFile(path)
  }

  /// The file's weights, but for the head: the last layer that has any, which makes embeddings here and classes there, is
  /// taken from the file only if it has the right shape there. Everything else must be in the file.
  func parameters(of graph: Graph, head fresh: Parameters) throws -> Parameters {
    do {
      var tensors = try SafeTensors(contentsOf: path).tensors
      let specs = graph.parameters
      let head = graph.nodes.last { node in specs.contains { $0.name.hasPrefix("\(node.name).") } }?.name ?? ""
      let own = specs.filter { $0.name.hasPrefix("\(head).") }
      if !own.allSatisfy({ tensors[$0.name]?.shape == $0.shape }) {
        // A head of several layers has a common prefix: "classifier.1" of "classifier".
        let prefix = head.split(separator: ".").first.map { "\($0)." } ?? ""
        for name in tensors.keys where name.hasPrefix(prefix) && !fresh.contains(name) { tensors[name] = nil }
        for spec in own { tensors[spec.name] = fresh[spec.name] }
      }
      return try Parameters(graph, tensors: tensors)
    } catch { throw HarnessError.unreadable(path: path, reason: "\(error)") }
  }
}
