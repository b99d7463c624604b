/// What a new plugin is called, in its three forms.
public struct ScaffoldName: Hashable, Sendable {
  /// "MyDefense": the module, the type that registers it, the folder.
  public let identifier: String
  /// "my-defense": how suites and the command line name it.
  public let id: String
  /// "gauntlet-my-defense": the executable.
  public var command: String { "gauntlet-\(id)" }

  /// Modules of Swift and of gauntlet: a plugin's module cannot be called the same.
  static let taken: Set<String> = [
    "Any", "ArgumentParser", "BuiltIns", "CDNNL", "CJPEG", "CKernels", "CPNG", "CZlib", "ClassicMetrics", "Comparisons",
    "Crypto", "DecisionAttacks", "Distributed", "Downloads", "DreamSim", "Embeddings", "FileFormats", "Foundation",
    "GRDB", "GauntletCLI", "GauntletKit", "GauntletLaws", "Glibc", "Gradients", "Harness", "LearnedMetrics", "Ledger",
    "LipSim", "Logging", "Networks", "Observation", "PackageDescription", "Pictures", "Protocol", "RankingAttacks",
    "RankingDefenses", "Reports", "Results", "RetrievalDatasets", "Scaffold", "Self", "Statistics", "Swift",
    "Synchronization", "SyntheticDatasets", "Template", "Tensors", "Testing", "Training", "TripletDatasets", "Type",
    "WrappingDefenses", "XCTest", "Yams",
  ]

  /// - Throws: `ScaffoldError.name`.
  public init(_ text: String) throws {
    func refused(_ reason: String) -> ScaffoldError { .name(text, reason: reason) }
    let allowed = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard let first = text.first, first.isUppercase, allowed, text.count <= 64 else {
      let meant = Self.camelCase(text)
      throw refused(
        "expected a Swift type name: a capital letter, then letters and digits of ASCII, at most 64"
          + (meant.isEmpty || meant == text ? "" : "; perhaps '\(meant)'"))
    }
    guard !Self.taken.contains(text) else {
      throw refused("a module of Swift or of gauntlet has this name; choose another")
    }
    guard !text.hasSuffix("Tests") else {
      throw refused("the module of its tests would be called \(text)Tests; drop 'Tests'")
    }
    identifier = text
    id = Self.hyphenated(text)
  }

  /// "MyL2Defense" → "my-l2-defense": a hyphen before a capital that starts a word.
  private static func hyphenated(_ text: String) -> String {
    let letters = Array(text)
    var id = ""
    for (place, letter) in letters.enumerated() {
      let startsWord =
        letter.isUppercase && place > 0
        && (!letters[place - 1].isUppercase || (place + 1 < letters.count && letters[place + 1].isLowercase))
      id += (startsWord ? "-" : "") + letter.lowercased()
    }
    return id
  }

  /// "my-defense" → "MyDefense"; empty where nothing is left.
  private static func camelCase(_ text: String) -> String {
    let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return joined.first?.isLetter == true ? joined : ""
  }
}
