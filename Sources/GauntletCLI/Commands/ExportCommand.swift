internal import ArgumentParser
internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Harness
internal import Tensors

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Take a run's rows out as CSV, its adversarial images as .npy.",
    discussion: """
      Adversarial images are computed again, from the run's models and seeds, and compared with the rows of the run: they \
      are the same to the bit, or the export fails. Beside them, cells.csv says of each file which attack on which subject \
      it is, and with --galleries what it ranks: all that Tests/Reference/confirm_adversarial.py needs to check the ranks.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String
  @Option(help: "Write one line a sample, cell and measure to this CSV file.")
  var rows: String?
  @Option(help: "Write the adversarial images of every cell into this folder, one .npy each.")
  var adversarial: String?
  @Flag(help: "Write the clean galleries and their labels beside the adversarial images.")
  var galleries = false
  @Option(help: "Only cells whose id starts with this.")
  var cell: String?
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if rows == nil && adversarial == nil { throw ValidationError("give --rows FILE.csv, --adversarial DIR, or both") }
    if galleries && adversarial == nil { throw ValidationError("--galleries goes with --adversarial DIR") }
  }

  func run() throws {
    compute.apply()
    Interruption.listen()
    let run = try RunFolder(existing: folder)
    let suite = try Suite(contentsOf: run.resolvedSuite, registry: GauntletCLI.registry)
    let runner = try Runner(try Plan(suite), in: run, progress: Progress())
    if let rows {
      try Output.write(Data(try runner.rowsAsCSV(cell: cell).utf8), to: rows)
      Output.line(rows)
    }
    if let adversarial {
      try Output.makeFolder(adversarial)
      func path(_ name: String) -> String { URL(fileURLWithPath: adversarial).appendingPathComponent(name).path }
      let cells = try runner.adversarialCells(matching: cell)
      try Output.write(Data(try runner.evidenceAsCSV(of: cells).utf8), to: path("cells.csv"))
      Output.line(path("cells.csv"))
      for exported in cells {
        let file = path(Runner.imagesFile(of: exported))
        let images = try runner.adversarialImages(exported)
        try NPY.write(exported.attack?.attack.threat.moved.stacked(images) ?? images, to: file)
        Output.line("\(file): \(exported.title)")
      }
      if galleries {
        for entry in suite.datasets where cells.contains(where: { $0.dataset.key == entry.key }) {
          guard let dataset = entry.dataset as? any RetrievalDataset else { continue }
          let labels = dataset.labels(.test)
          let file = path(Runner.galleryFile(of: entry.key))
          try NPY.write(try dataset.images(.test, Array(labels.indices)), to: file)
          try NPY.write(
            Tensor(labels.map { Float($0) }, [labels.count]), to: path(Runner.labelsFile(of: entry.key)))
          Output.line("\(file): the clean gallery of \(entry.key)")
        }
      }
    }
  }
}
