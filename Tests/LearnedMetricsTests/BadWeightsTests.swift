import FileFormats
import GauntletKit
import LearnedMetrics
import Tensors
import Testing

/// Files that are not what they should be: the error names what is wrong, and where.
struct BadWeightsTests {
  private static let small = FeatureBackbone(.alex, divisor: 16)
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func message(_ body: () throws -> LayeredMetric) throws -> String {
    do { _ = try body() } catch {
      let text = "\(error)"
      #expect(!text.contains("\n"))
      return text
    }
    Issue.record("no error")
    return ""
  }

  @Test(arguments: [
    ("missing", "features.8.bias"), ("surplus", "features.99.weight"), ("shape", "features.3.weight"),
    ("nan", "features.6.weight"), ("unknown", "fc.weight"),
  ])
  func backbonesAreChecked(_ mistake: String, _ name: String) throws {
    var tensors = hashedBackbone(Self.small).merging(hashedLinear(Self.small)) { $1 }
    switch mistake {
    case "missing": tensors[name] = nil
    case "surplus", "unknown": tensors[name] = Tensor(zeros: [1])
    case "shape": tensors[name] = Tensor(zeros: [12, 4, 3, 3])
    default: tensors[name]?[7] = .nan
    }
    let path = try folder.write(tensors, "weights.safetensors")
    let text = try message { try LPIPSPlugin.metric(settings: [("weights", path)], backbone: Self.small) }
    #expect(text.contains(name) && text.contains(path), "\(text)")
  }

  @Test(arguments: [
    ("missing", "lin2.model.1.weight"), ("surplus", "lin5.model.1.weight"), ("width", "lin1.model.1.weight"),
    ("alias", "lins.3.model.1.weight"), ("nan", "lin4.model.1.weight"), ("scaling", "scaling_layer.shift"),
  ])
  func linearWeightsAreChecked(_ mistake: String, _ name: String) throws {
    var tensors = hashedLinear(Self.small)
    switch mistake {
    case "missing": tensors[name] = nil
    case "surplus": tensors[name] = Tensor(zeros: [1, 16, 1, 1])
    case "width": tensors[name] = Tensor(zeros: [1, 11, 1, 1])
    case "alias": tensors[name] = Tensor(zeros: [1, 16, 1, 1])
    case "nan": tensors[name]?[0] = .nan
    default: tensors[name] = Tensor([-0.03, -0.088, 0.188], [1, 3, 1, 1])
    }
    let weights = try folder.write(hashedBackbone(Self.small), "weights.safetensors")
    let linear = try folder.write(tensors, "linear.safetensors")
    let text = try message {
      try LPIPSPlugin.metric(settings: [("weights", weights), ("linear", linear)], backbone: Self.small)
    }
    #expect(text.contains(name) && text.contains(linear), "\(text)")
  }

  @Test func whatIsNotThereIsAskedFor() throws {
    let weights = try folder.write(hashedBackbone(Self.small), "weights.safetensors")
    let text = try message { try LPIPSPlugin.metric(settings: [("weights", weights)], backbone: Self.small) }
    #expect(text.contains("linear=ones"))
    let vgg = try folder.write(hashedBackbone(FeatureBackbone(.vgg, divisor: 16)), "vgg.safetensors")
    let lacking = try message { try DISTSPlugin.metric(settings: [("weights", vgg)], divisor: 16) }
    #expect(lacking.contains("alpha") && lacking.contains(vgg))
    let factors = try folder.write(["alpha": Tensor(zeros: [1475]), "beta": Tensor(zeros: [90])], "few.safetensors")
    let few = try message {
      try DISTSPlugin.metric(settings: [("weights", vgg), ("alpha-beta", factors)], divisor: 16)
    }
    #expect(few.contains("alpha has shape [1475]") && few.contains(factors))
  }
}
