import FileFormats
import Foundation
import Tensors
import Testing

/// `gauntlet certify`, as a person runs it.
struct CertifyTests {
  private struct Answer: Decodable {
    let kind: String
    let lipschitz: Double
    let samples: [[String: Double]]
  }

  private static let lipsim = "lipsim:weights=random,size=tiny,resolution=32,embedding=32"

  private func images(_ scratch: Scratch, _ name: String, count: Int, seed: UInt64) throws -> String {
    var random = RandomStream(seed: seed, ["certify"])
    let path = scratch.file(name)
    try NPY.write(Tensor(uniform: [count, 3, 32, 32], in: 0...1, using: &random), to: path)
    return path
  }

  @Test func radiiOfDecisionsAndRankings() throws {
    let scratch = try Scratch()
    let parts = try (0..<3).map { try images(scratch, "\($0).npy", count: 4, seed: UInt64($0)) }
    let decided = try GauntletProcess.run(
      "certify", Self.lipsim, "--reference", parts[0], "--first", parts[1], "--second", parts[2])
    #expect(decided.status == 0, "\(decided.error)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(decided.output.utf8))
    #expect(answer.kind == "deterministic" && answer.lipschitz == 1 && answer.samples.count == 4)
    for sample in answer.samples {
      let (one, all) = (try #require(sample["reference"]), try #require(sample["all"]))
      #expect(one >= 0 && all >= 0 && all <= one + 1e-9 && sample["nearer"] != nil && sample["candidates"] != nil)
    }
    let labels = try scratch.write(Array("0\n0\n1\n1\n".utf8), to: "labels.txt")
    let ranked = try GauntletProcess.run(
      "certify", Self.lipsim, "--gallery", parts[0], "--labels", labels, "--queries", "1,3")
    #expect(ranked.status == 0, "\(ranked.error)")
    let ranking = try JSONDecoder().decode(Answer.self, from: Data(ranked.output.utf8))
    #expect(
      ranking.samples.map { $0["query"] } == [1, 3] && ranking.samples.allSatisfy { ($0["recall@1"] ?? -1) >= 0 })
  }

  @Test func whatHasNoConstantIsSaid() throws {
    let scratch = try Scratch()
    let path = try images(scratch, "x.npy", count: 1, seed: 1)
    let images = ["--reference", path, "--first", path, "--second", path]
    let transformer = try GauntletProcess.run(
      ["certify", "embedding:weights=random,architecture=vit-small-16,size=32,embedding=384"] + images, environment: [:]
    )
    #expect(
      transformer.status == 64 && transformer.error.contains("no finite Lipschitz constant"), "\(transformer.error)")
    let none = try GauntletProcess.run(["certify", "ssim"] + images, environment: [:])
    #expect(none.status == 64 && none.error.contains("embeds nothing"), "\(none.error)")
    let nothing = try GauntletProcess.run("certify", Self.lipsim)
    #expect(nothing.status == 64 && nothing.error.contains("--reference, --first and --second"), "\(nothing.error)")
  }
}
