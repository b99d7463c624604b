import ClassicMetrics
import GauntletKit
import Tensors
import Testing

func metric(_ reference: String) throws -> any Metric {
  var registry = Registry()
  try ClassicMetrics.register(in: &registry)
  return try registry.metrics.make(PluginReference(reference))
}

/// Values equal those of scikit-image and pytorch-msssim: see Golden/values.json for the versions.
@Suite struct PublishedValuesTests {
  private func expect(_ reference: String, _ wanted: Double, within tolerance: Double, on golden: GoldenCase) throws {
    let (a, b) = try golden.images()
    let got = Double(try metric(reference).distances(a, b)[0])
    #expect(abs(got - wanted) <= tolerance, "\(reference) on \(golden.name): \(got), expected \(wanted)")
  }

  @Test func pixelDistance() throws {
    for golden in try GoldenCase.all() { try expect("l2", golden.l2, within: golden.l2 * 1e-6, on: golden) }
  }

  @Test func peakSignalToNoise() throws {
    for golden in try GoldenCase.all() { try expect("psnr", 100 - golden.psnr, within: 1e-4, on: golden) }
  }

  @Test func structuralSimilarity() throws {
    for golden in try GoldenCase.all() {
      try expect("ssim", 1 - golden.ssimScikitImage, within: 1e-6, on: golden)
      try expect("ssim", 1 - golden.ssimTorch, within: 1e-6, on: golden)
      try expect("ssim:channels=luma", 1 - golden.ssimLumaScikitImage, within: 1e-6, on: golden)
    }
  }

  @Test func multiScaleSimilarity() throws {
    var seen: Set<String> = []
    for golden in try GoldenCase.all() {
      for (scales, value) in golden.msSSIM {
        seen.insert(scales)
        try expect("ms-ssim:scales=\(scales)", 1 - value, within: 1e-6, on: golden)
      }
      for (scales, value) in golden.msSSIMLuma {
        try expect("ms-ssim:channels=luma,scales=\(scales)", 1 - value, within: 1e-6, on: golden)
      }
    }
    #expect(seen == ["1", "2", "3", "4", "5"])
  }
}
