import Foundation
import GauntletKit
import Gradients
import LipSim
import Tensors
import Testing

/// What PyTorch wrote and computed: Tests/Reference/lipsim_checkpoint.py.
private struct Reference: Decodable {
  let embeddings: [Double]
  let gradient: [Double]
  let distances: [String: [Double]]
}

@Suite struct LipSimMetricTests {
  private static func url(_ name: String) throws -> String {
    let parts = name.split(separator: ".").map(String.init)
    return try #require(
      Bundle.module.url(forResource: parts[0], withExtension: parts[1], subdirectory: "Golden")
    ).path
  }

  private static func metric(
    _ file: String, _ settings: String = "", resolution: Int = 32
  ) throws -> any EmbeddingMetric {
    var registry = Registry()
    try LipSim.register(in: &registry)
    let text =
      "lipsim:weights=\(try url(file)),embedding=10,resolution=\(resolution)" + (settings.isEmpty ? "" : ",\(settings)")
    return try #require(try registry.metrics.make(try PluginReference(text)) as? any EmbeddingMetric)
  }

  private static let images = Tensor(
    (0..<3 * 3 * 32 * 32).map { i in
      let value = Double(i) * 0.618_033_988_749_895
      let plane = i / (32 * 32)
      return Float((value - value.rounded(.down)) * ((plane / 3 + plane % 3) % 3 == 0 ? 1 : 0.125))
    }, [3, 3, 32, 32])

  private static func reference() throws -> Reference {
    try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: try url("lipsim.json"))))
  }

  private static func error(_ found: [Float], _ expected: [Double]) -> Double {
    let size = expected.reduce(0) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / size
  }

  @Test(arguments: ["miniature.pth", "no-prefix.pth", "model-prefix.pth"])
  func checkpointsGiveTheEmbeddingsOfPyTorch(_ file: String) throws {
    let metric = try Self.metric(file)
    let reference = try Self.reference()
    let leaf = Variable(leaf: Self.images)
    let embeddings = try metric.embed(leaf)
    #expect(Self.error(embeddings.value.scalars, reference.embeddings) < 1e-6)
    let weights = Tensor((0..<30).map { Float(cos(Double($0))) }, [3, 10])
    let gradient = try (embeddings * Variable(constant: weights)).sum().gradient(of: leaf)
    #expect(Self.error(Array(gradient.scalars.prefix(96)), reference.gradient) < 1e-5)
  }

  @Test(arguments: ["none", "appended", "constant"]) func biases(_ bias: String) throws {
    let metric = try Self.metric("miniature.pth", "bias=\(bias)")
    let distances = try metric.distances(Self.images.rows([0, 0]), Self.images.rows([1, 2])).scalars
    let expected = try #require(try Self.reference().distances[bias])
    // 1 − cosine in single precision: an error of the size of its last places, whatever the distance.
    for (found, wanted) in zip(distances, expected) { #expect(abs(Double(found) - wanted) < 5e-7) }
    let claim = try #require(try metric.lipschitzClaim())
    #expect(claim.constant == 1)
    #expect(claim.constantCoordinates == (bias == "appended" ? 1 : 0))
  }

  @Test func appendedCoordinatesHaveNoGradient() throws {
    let (plain, appended) = (try Self.metric("miniature.pth"), try Self.metric("miniature.pth", "bias=appended"))
    let weights = Tensor((0..<33).map { Float(cos(Double($0))) }, [3, 11])
    func gradient(_ metric: any EmbeddingMetric, _ weights: Tensor) throws -> [Float] {
      let leaf = Variable(leaf: Self.images)
      return try (try metric.embed(leaf) * Variable(constant: weights)).sum().gradient(of: leaf).scalars
    }
    let kept = Tensor((0..<3).flatMap { row in (0..<10).map { weights.scalars[row * 11 + $0] } }, [3, 10])
    #expect(try gradient(plain, kept) == gradient(appended, weights))
  }

  @Test func unitEmbeddingsAreNotLipschitzWhereTheyAreShort() throws {
    // ‖J‖ of the embedding itself, by power iteration from finite differences, stays below the proved constant.
    let metric = try Self.metric("miniature.pth")
    var random = RandomStream(seed: 9, ["lipsim"])
    for _ in 0..<50 {
      let direction = Tensor(normal: [1, 3, 32, 32], using: &random)
      let length = direction.scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let base = Self.images.rows([0])
      let moved = base.zip(direction) { $0 + 0.05 * $1 / Float(length) }
      let (a, b) = (
        try metric.embed(Variable(constant: base)).value, try metric.embed(Variable(constant: moved)).value
      )
      let change = zip(a.scalars, b.scalars).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }.squareRoot()
      #expect(change <= 0.05 * (1 + 1e-4) && change > 0)
    }
  }

  @Test func whatIsWrongWithACheckpointIsNamed() throws {
    func message(_ file: String, resolution: Int = 32) throws -> String {
      do { _ = try Self.metric(file, resolution: resolution) } catch { return "\(error)" }
      return "nothing was thrown"
    }
    #expect(try message("disagreeing.pth").contains("convs.1.bias"))
    #expect(try message("disagreeing.pth").contains("different numbers"))
    #expect(try message("miniature.pth", resolution: 64).contains("set 'resolution'"))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lipsim-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try Data(contentsOf: URL(fileURLWithPath: try Self.url("no-prefix.pth")))
    let half = folder.appendingPathComponent("half.pth")
    try whole.prefix(whole.count / 2).write(to: half)
    var registry = Registry()
    try LipSim.register(in: &registry)
    #expect(throws: (any Error).self) {
      try registry.metrics.make(try PluginReference("lipsim:weights=\(half.path),embedding=10,resolution=32"))
    }
  }
}
