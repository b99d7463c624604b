import Foundation
import Testing

/// `gauntlet run --standing`, as a person runs it.
struct StandingTests {
  private static let suite = """
    seed: 2
    datasets: {pairs: "triplets:size=32,count=40"}
    subjects: {ssim: ssim, squeezed: {defense: "jpeg:quality=10", around: ssim}, psnr: psnr}
    attacks: ["pgd:norm=linf,eps=2/255,steps=4"]
    """

  @Test func aSubjectStandsBesideTheOthers() throws {
    let scratch = try Scratch()
    let suite = try scratch.write(Self.suite, to: "suite.yaml")
    let run = try GauntletProcess.run("run", suite, "--out", scratch.file("run"), "--quiet", "--standing", "psnr")
    #expect(run.status == 0, "\(run.error)")
    let lines = run.output.split(separator: "\n").map(String.init)
    // The subject comes first in every table; then the others in the order of the suite.
    let rows = lines.compactMap { $0.split(separator: " ").first.map(String.init) }.filter {
      ["psnr", "ssim", "squeezed"].contains($0)
    }
    #expect(rows.prefix(6) == ["psnr", "ssim", "squeezed", "psnr", "ssim", "squeezed"], "\(run.output)")
    #expect(lines.contains { $0.hasPrefix("psnr against ssim: ") && $0.hasSuffix(" of 2 scores") }, "\(run.output)")
    #expect(lines.contains { $0.hasPrefix("psnr against squeezed: ") }, "\(run.output)")
    // Nothing was trained; four steps take four gradients a sample.
    let cost = try #require(lines.firstIndex { $0.hasPrefix("Cost") })
    #expect(lines[(cost + 2)...(cost + 4)].allSatisfy { $0.contains("none") }, "\(run.output)")
    #expect(lines[(cost + 3)...(cost + 4)].allSatisfy { $0.contains(" 4.0 ") }, "\(run.output)")
  }

  @Test func mistakesAreSaidBeforeTheRun() throws {
    let scratch = try Scratch()
    let suite = try scratch.write(Self.suite, to: "suite.yaml")
    let unknown = try GauntletProcess.run("run", suite, "--out", scratch.file("run"), "--standing", "psrn")
    #expect(unknown.status == 64 && unknown.error.contains("ssim, squeezed, psnr"), "\(unknown.error)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("run")))
    let both = try GauntletProcess.run("run", suite, "--json", "--standing", "psnr")
    #expect(both.status == 64 && both.error.contains("--json or --standing"), "\(both.error)")
  }
}
