internal import ArgumentParser
internal import Downloads

struct DataFetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Fetch files that are not there; go on where an earlier fetch stopped.")

  @Argument(help: "Ids, or ID/NAME for one file; see data list.")
  var names: [String]
  @OptionGroup var options: DataOptions
  @Flag(help: "Make no connection: only check what is there.")
  var offline = false
  @Option(help: ArgumentHelp("An address below which every file lies as ID/NAME; tried first.", valueName: "url"))
  var mirror: String?

  func validate() throws {
    if let mirror, !mirror.hasPrefix("https://"), !mirror.hasPrefix("http://") {
      throw ValidationError("--mirror takes an address that begins with https:// or http://, got \(mirror)")
    }
  }

  func run() throws {
    let (catalogue, folder) = (try options.catalogue(), try options.folder())
    let progress = DataProgress()
    let fetcher = try Fetcher(into: folder, isOffline: offline, extraMirror: mirror) { progress.show($0) }
    var failures: [any Error] = []
    for (download, files) in try DataOptions.chosen(names, in: catalogue) {
      progress.note("\(download.id): \(download.title); licence: \(download.licence); \(download.reference)")
      for file in files {
        let path = folder.path(of: file, in: download)
        progress.begin("\(download.id)/\(file.name)")
        do {
          switch try fetcher.fetch(file, of: download) {
          case .present: progress.end("it was there")
          case .fetched(let url, let digest):
            progress.end("from \(url)" + (file.pin == .firstUse ? "; SHA-256 \(digest), kept for later" : ""))
          case .pinned(let digest): progress.end("it was there; SHA-256 \(digest), kept for later")
          }
          Output.line(path)
        } catch let error as DownloadError {
          // The other files may well be had; the last word is the error.
          progress.end("not fetched")
          failures.append(error)
        }
      }
      if failures.isEmpty { progress.note("then: \(download.use)") }
    }
    for failure in failures.dropLast() { progress.note("gauntlet: \(failure)") }
    if let last = failures.last { throw last }
  }
}
