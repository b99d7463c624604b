import BuiltIns
import Foundation
import GauntletKit
import Harness
import Tensors
import Testing

struct RunnerTests {
  private static let text = """
    seed: 5
    datasets:
      pairs: {dataset: "triplets:count=24,size=32", samples: 14}
    subjects:
      ssim: ssim
      pixels: l2
    attacks: ["pgd:norm=linf,eps=4/255,steps=3,random-start=true", "pgd:norm=l2,eps=1,steps=3"]
    """

  private func folder() throws -> RunFolder {
    try RunFolder(FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path)
  }

  private func suite(_ text: String = text) throws -> Suite {
    try Suite(parsing: text, named: "test", path: "test.yaml", registry: try BuiltIns.registry())
  }

  /// The results of a run, times aside.
  private func results(_ folder: RunFolder, batch: Int? = nil, limit: Int? = nil) throws -> Data {
    let runner = try Runner(Plan(suite(), limit: limit), in: folder, batch: batch, progress: Progress(silent: true))
    try runner.run()
    return try runner.record(version: "test", reproduce: "", started: Date()).withoutTiming().encoded()
  }

  @Test func noNumberDependsOnTheBatch() throws {
    #expect(try results(folder(), batch: 14) == results(folder(), batch: 1))
    #expect(try results(folder(), batch: 14) == results(folder(), batch: 5))
  }

  @Test func aRunGoesOnWhereItWas() throws {
    let interrupted = try folder()
    _ = try results(interrupted, limit: 5)
    #expect(try results(interrupted) == results(folder()))
  }

  @Test func adversarialImagesAreTheSameWhenComputedAgain() throws {
    let runner = try Runner(Plan(suite()), in: folder(), progress: Progress(silent: true))
    try runner.run()
    let cells = try runner.adversarialCells(matching: nil)
    #expect(cells.count == 4)
    for cell in cells {
      let all = try runner.adversarialImages(cell)
      #expect(all.rows == 14)
      let some = try runner.adversarialImages(cell, samples: [cell.samples[3], cell.samples[9]])
      #expect(some == all.rows([3, 9]))
      let dataset = try #require(cell.dataset.dataset as? any TripletDataset)
      let clean = try dataset.triplets(cell.samples).references
      let threat = try #require(cell.attack?.attack.threat)
      #expect(threat.contains(all, around: clean).allSatisfy { $0 })
      #expect(threat.norms(ofEach: all, around: clean).contains { $0[threat.norm] > threat.epsilon / 2 })
    }
  }

  @Test func attacksLowerTheScore() throws {
    let runner = try Runner(Plan(suite()), in: folder(), progress: Progress(silent: true))
    try runner.run()
    let record = try runner.record(version: "test", reproduce: "", started: Date())
    let natural = try #require(record.scores.first { $0.subject == "ssim" && $0.attack == nil })
    let attacked = try #require(record.scores.first { $0.subject == "ssim" && $0.threat?.norm == "linf" })
    #expect(natural.value > 60)
    #expect(attacked.value < natural.value)
    #expect(record.cells.allSatisfy { $0.status == .done })
  }

  @Test func twoRunsInOneFolderAreRefused() throws {
    let folder = try folder()
    let first = try Runner(Plan(suite()), in: folder, progress: Progress(silent: true))
    #expect(throws: HarnessError.self) { try Runner(Plan(suite()), in: folder, progress: Progress(silent: true)) }
    withExtendedLifetime(first) {}
  }

  @Test func rowsAreExported() throws {
    let runner = try Runner(Plan(suite()), in: folder(), progress: Progress(silent: true))
    try runner.run()
    let lines = try runner.rowsAsCSV().split(separator: "\n")
    // Two subjects × (natural + two attacks) × 14 samples × two measures, and the header.
    #expect(lines.count == 1 + 2 * 3 * 14 * 2)
    #expect(lines[0].hasPrefix("cell,subject,dataset,attack"))
  }

  /// What a check from outside needs: each cell's files, and where its weights are.
  @Test func evidenceNamesTheFilesOfEveryCell() throws {
    let text = """
      seed: 5
      datasets:
        shapes: {dataset: "shapes:size=32,classes=4,test-per-class=6", samples: 4}
        pairs: {dataset: "triplets:count=4,size=32"}
      subjects:
        net: "embedding:weights=random,architecture=small-conv,size=32,embedding=16"
      attacks: ["es:steps=1", "gtm:steps=1,mode=faithful", "pgd:norm=l2,eps=1,steps=1"]
      """
    let runner = try Runner(Plan(suite(text)), in: folder(), progress: Progress(silent: true))
    try runner.run()
    let cells = try runner.adversarialCells(matching: nil)
    let lines = try runner.evidenceAsCSV(of: cells).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines.count == 4)
    let names = try #require(lines.first)
    for (cell, line) in zip(cells, lines.dropFirst()) {
      let said = Dictionary(uniqueKeysWithValues: zip(names, line))
      #expect(said["file"] == "\(cell.id.prefix(16)).npy" && said["cell"] == cell.id)
      #expect(said["plugin"] == cell.attack?.use.card.id && said["geometry"] == "N" && said["weights"] == "random")
      #expect(said["mode"] == (said["plugin"] == "gtm" ? "faithful" : "corrected"))
      let ranks = cell.task == .retrieval
      #expect(
        said["gallery"] == (ranks ? "gallery-shapes.npy" : "") && said["labels"] == (ranks ? "labels-shapes.npy" : ""))
    }
  }

  /// Every score but NMI is what its columns say, to rounding: samples.json can stand for the ledger.
  @Test func scoresFollowFromTheSamples() throws {
    let text = """
      seed: 2
      datasets:
        shapes: {dataset: "shapes:size=28,classes=8,train-per-class=6,test-per-class=6", samples: 9}
        pairs: {dataset: "triplets:count=24,size=28", samples: 7}
      subjects:
        net: {defense: "none:steps=3,batch=16", on: shapes, architecture: small-conv, embedding: 8}
        ssim: ssim
      attacks: ["ers:eps=8/255,steps=3", "ers:eps=8/255,steps=3,search=rank-apgd", "pgd:eps=4/255,steps=3",
        "ltm:eps=1/255,steps=3", "order:steps=2,k=2"]
      """
    let runner = try Runner(Plan(suite(text)), in: folder(), progress: Progress(silent: true))
    try runner.run()
    let record = try runner.record(version: "test", reproduce: "", started: Date())
    let samples = try runner.samples()
    var compared = 0
    for table in samples.tables {
      #expect(table.samples.count == (table.dataset == "shapes" ? 9 : 7))
      for score in table.scores {
        let known = record.scores.filter {
          $0.subject == table.subject && $0.dataset == table.dataset && $0.name == score.name
            && $0.attack == score.attack && $0.threat?.text == score.threat?.text
        }
        #expect(known.count == 1)
        let means = score.columns.map { name -> Double in
          let column = table.columns[name] ?? []
          return column.reduce(0, +) / Double(column.count)
        }
        let (mine, theirs) = (score.combination.value(means), known.first?.value ?? .nan)
        // A ratio of nothing to nothing.
        #expect(abs(mine - theirs) < 1e-6 || (mine.isNaN && theirs.isNaN), "\(score.name): \(mine), \(theirs)")
        compared += 1
      }
    }
    #expect(compared == record.scores.count { $0.name != "nmi" })
  }
}
