package import Foundation

/// Where the build put the executables that tests start: beside the test bundle.
package enum BuiltProducts {
  /// The path of an executable; that of its likeliest place where it is missing, so that the error names it.
  package static func executable(_ name: String) -> URL {
    let arguments = CommandLine.arguments + [ProcessInfo.processInfo.arguments.first ?? ""]
    let folders =
      arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      + [
        Bundle.main.bundleURL,
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent(),
      ]
    let places = folders.map { $0.appendingPathComponent(name) }
    return places.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? places[0]
  }
}
