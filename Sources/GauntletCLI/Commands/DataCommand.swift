internal import ArgumentParser
internal import Downloads
internal import Foundation

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Fetch datasets and weights, and verify what is there.",
    discussion: """
      Files go into FOLDER/ID/NAME, and their hashes into FOLDER/downloads.lock.json. A file stands under its name only
      when it is whole and right; what was fetched before an interruption stands beside it, and the same command goes on
      from there. Proxies are those of the environment: http_proxy, https_proxy, no_proxy.
      """,
    subcommands: [DataListCommand.self, DataFetchCommand.self, DataVerifyCommand.self])
}

/// What all three can be told.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where files are or go; the environment variable GAUNTLET_DATA if left out.", valueName: "folder"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "A list of files of your own, as JSON, in place of the built-in one; data list --json shows the form.",
      valueName: "file"))
  var manifest: String?

  var environmentFolder: String? {
    ProcessInfo.processInfo.environment["GAUNTLET_DATA"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// - Throws: `CommandError.usage` where none is known.
  func folder() throws -> DownloadFolder {
    guard let path = to ?? environmentFolder else {
      throw CommandError.usage("say where: --to FOLDER, or the environment variable GAUNTLET_DATA")
    }
    return DownloadFolder(path)
  }

  func catalogue() throws -> Catalogue {
    try manifest.map { try Catalogue(contentsOf: $0) } ?? Catalogue.published()
  }

  /// The files that names stand for: an id for all of its files, or id/name for one.
  /// - Throws: `DownloadError.unknown`, `CommandError.usage`.
  static func chosen(_ names: [String], in catalogue: Catalogue) throws -> [(download: Download, files: [RemoteFile])] {
    try names.map { name in
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      let download = try catalogue.download(parts.first ?? name)
      guard parts.count == 2 else { return (download, download.files) }
      let files = download.files.filter { $0.name == parts[1] }
      guard !files.isEmpty else {
        throw CommandError.usage(
          "\(download.id) has no file '\(parts[1])'; known: \(download.files.map(\.name).joined(separator: ", "))")
      }
      return (download, files)
    }
  }
}

struct DataListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List what may be fetched.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print JSON, in the form that --manifest reads.")
  var json = false

  func run() throws {
    let catalogue = try options.catalogue()
    if json { return try Output.json(catalogue) }
    let folder = try? options.folder()
    for download in catalogue.downloads {
      Output.line("\(download.id): \(download.title)")
      Output.line("  licence: \(download.licence)")
      for file in download.files {
        var notes = [DataText.pin(file)]
        if let size = file.size { notes.insert(DataText.bytes(size), at: 0) }
        if file.mirrors.isEmpty { notes.append("by hand") }
        if let folder, folder.holds(file, in: download) { notes.append("there") }
        Output.line("  \(file.name): \(notes.joined(separator: "; "))")
      }
      Output.line("  then: \(download.use)\n")
    }
  }
}
