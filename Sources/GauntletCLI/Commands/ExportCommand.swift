internal import ArgumentParser
internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Harness

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Take a run's rows out as CSV, its adversarial images as .npy.",
    discussion: """
      Adversarial images are computed again, from the run's models and seeds, and compared with the rows of the run: they \
      are the same to the bit, or the export fails.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String
  @Option(help: "Write one line a sample, cell and measure to this CSV file.")
  var rows: String?
  @Option(help: "Write the adversarial images of every cell into this folder, one .npy each.")
  var adversarial: String?
  @Option(help: "Only cells whose id starts with this.")
  var cell: String?
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if rows == nil && adversarial == nil { throw ValidationError("give --rows FILE.csv, --adversarial DIR, or both") }
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
      for exported in try runner.adversarialCells(matching: cell) {
        let path = URL(fileURLWithPath: adversarial).appendingPathComponent("\(exported.id.prefix(16)).npy").path
        try NPY.write(try runner.adversarialImages(exported), to: path)
        Output.line("\(path): \(exported.title)")
      }
    }
  }
}
