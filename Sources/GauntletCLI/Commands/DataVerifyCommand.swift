internal import ArgumentParser
internal import Downloads

struct DataVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare files with what was published, or with what was first fetched.")

  @Argument(help: "Ids, or ID/NAME for one file: all of these must be there. If left out: whatever is there.")
  var names: [String] = []
  @OptionGroup var options: DataOptions

  func run() throws {
    let (catalogue, folder) = (try options.catalogue(), try options.folder())
    let wanted = names.isEmpty ? catalogue.downloads.map(\.id) : names
    var missing: [String] = []
    var wrong: [DownloadError] = []
    var checked = 0
    for (download, files) in try DataOptions.chosen(wanted, in: catalogue) {
      for file in files {
        let name = "\(download.id)/\(file.name)"
        switch try folder.state(of: file, in: download) {
        case .absent:
          if !names.isEmpty {
            missing.append(name)
            Output.line("\(name): not there")
          }
          continue
        case .partial(let size):
          missing.append(name)
          Output.line("\(name): \(DataText.bytes(size)) of it; data fetch goes on from there")
          continue
        case .verified: Output.line("\(name): right (pinned by \(file.pinnedBy))")
        case .asFirstFetched: Output.line("\(name): as first fetched; nobody published a hash")
        case .unpinned(let digest):
          Output.line("\(name): nothing to compare with; SHA-256 \(digest); data fetch keeps it for later")
        case .wrong(let got, let expected):
          Output.line("\(name): WRONG: got \(got), expected \(expected)")
          wrong.append(.wrongContent(path: folder.path(of: file, in: download), got: got, expected: expected))
        }
        checked += 1
      }
    }
    if let first = wrong.first { throw first }
    if let first = missing.first {
      throw CommandError.missing(
        path: "\(folder.path)/\(first)", what: "file" + (missing.count > 1 ? ", nor \(missing.count - 1) more" : ""))
    }
    if checked == 0 { throw CommandError.missing(path: folder.path, what: "file of a known dataset or set of weights") }
  }
}
