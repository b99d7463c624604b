import GauntletKit
import GauntletLaws
import Template
import Tensors
import Testing

/// What the test of a plugin looks like: register it, make it as a suite would, and check the laws.
struct TemplateTests {
  @Test func theLawsHold() throws {
    var registry = Registry()
    try Template.register(in: &registry)
    #expect(try RegistryLaws.violations(of: registry).isEmpty)
    let metric = try registry.metrics.make(PluginReference("mean-color:scale=2"))
    var stream = RandomStream(seed: 1, ["template"])
    let images = Tensor(uniform: [5, 3, 6, 7], in: 0.1...0.9, using: &stream)
    #expect(try MetricLaws.violations(of: metric, on: images).isEmpty)
  }

  @Test func theDistanceIsTheOneOfTheMeans() throws {
    var registry = Registry()
    try Template.register(in: &registry)
    let metric = try registry.metrics.make(PluginReference("mean-color:scale=2"))
    let dark = Tensor(repeating: 0.25, [1, 3, 2, 2])
    let bright = Tensor(repeating: 0.75, [1, 3, 2, 2])
    #expect(abs(try metric.distances(dark, bright)[0] - 2 * 0.5 * Float(3).squareRoot()) < 1e-6)
  }
}
