import Foundation
import Testing

/// What a merge refuses, and in which words.
struct MergeInputTests {
  private static let suite = """
    suite: merge
    seed: 3
    datasets: {pairs: "triplets:size=28,count=9"}
    subjects: {pixels: l2, ssim: ssim}
    attacks: ["pgd:steps=2"]
    """

  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = try scratch.write(Self.suite, to: "suite.yaml")
    for number in 1...2 { try run(path, "\(number)/2", "\(number)") }
  }

  private func run(_ suite: String, _ shard: String, _ folder: String, _ more: String...) throws {
    let arguments = ["run", suite, "--shard", shard, "--out", scratch.file(folder), "--quiet"] + more
    let outcome = try GauntletProcess.run(arguments, environment: [:])
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  private func merge(_ folders: String..., more: [String] = []) throws -> GauntletProcess.Outcome {
    try GauntletProcess.run(
      ["merge"] + folders.map { scratch.file($0) } + ["--out", scratch.file("merged")] + more, environment: [:])
  }

  private func expect(_ outcome: GauntletProcess.Outcome, _ status: Int32, _ words: String...) {
    #expect(outcome.status == status, "\(outcome.error)")
    for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
    #expect(outcome.output.isEmpty)
  }

  /// Changes a word of what a shard says of itself.
  private func edit(_ folder: String, _ old: String, _ new: String) throws {
    let file = scratch.file("\(folder)/shard.json")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains(old))
    _ = try scratch.write(text.replacingOccurrences(of: old, with: new), to: "\(folder)/shard.json")
  }

  @Test func shardsOfOtherSuites() throws {
    let other = try scratch.write(Self.suite.replacingOccurrences(of: "seed: 3", with: "seed: 4"), to: "other.yaml")
    try run(other, "2/2", "other-2")
    expect(try merge("1", "other-2"), 3, "not of the same run", "'seed: 3'", "'seed: 4'")
  }

  @Test func shardsOfOtherSamples() throws {
    try run(path, "2/2", "few", "--limit", "5")
    expect(try merge("1", "few"), 3, "9 samples", "5 in", "--limit")
  }

  @Test func shardsOfOtherData() throws {
    try edit("2", "\"pairs\" : \"", "\"pairs\" : \"0")
    expect(try merge("1", "2"), 3, "the dataset pairs has other content")
  }

  @Test func shardsOfOtherVersionsAndMachines() throws {
    try edit("2", "\"instructionSet\" : \"", "\"instructionSet\" : \"other-")
    expect(try merge("1", "2"), 3, "instruction set is", "other-")
    // Both of another machine than this one.
    try edit("1", "\"instructionSet\" : \"", "\"instructionSet\" : \"other-")
    expect(try merge("1", "2"), 3, "this process", "other-")
    for folder in ["1", "2"] { try edit(folder, "\"instructionSet\" : \"other-", "\"instructionSet\" : \"") }
    try edit("2", "\"gauntlet\" : \"", "\"gauntlet\" : \"9.")
    expect(try merge("1", "2"), 3, "gauntlet is", "9.")
  }

  @Test func shardsOfOtherLibraries() throws {
    try edit("2", "\"oneDNN\" : \"", "\"oneDNN\" : \"9.")
    expect(try merge("1", "2"), 3, "the library oneDNN is")
  }

  @Test func aMissingShardIsNamed() throws {
    expect(try merge("1"), 66, "shard 2/2 was not given", "pixels × pairs", "of 9 samples")
  }

  @Test func whatIsNoShard() throws {
    expect(try merge("1", "none"), 66, "none", "no such run folder")
    try FileManager.default.createDirectory(atPath: scratch.file("empty"), withIntermediateDirectories: true)
    expect(try merge("1", "empty"), 66, "shard.json", "--shard I/N")
    try edit("2", "\"of\" : 2", "\"of\" : 0")
    expect(try merge("1", "2"), 65, "shard.json", "no shard 2/0")
    _ = try scratch.write("{\"schema\": \"gauntlet-shard/9\"}", to: "2/shard.json")
    expect(try merge("1", "2"), 65, "gauntlet-shard/9")
    _ = try scratch.write("{\"schema\": \"gauntlet-shard/1\", \"sh", to: "2/shard.json")
    expect(try merge("1", "2"), 65, "shard.json")
  }

  @Test func aBrokenLedger() throws {
    try FileManager.default.removeItem(atPath: scratch.file("2/ledger.sqlite"))
    _ = try scratch.write("this is not a database, and long enough to be looked at as one", to: "2/ledger.sqlite")
    expect(try merge("1", "2"), 73, "2/ledger.sqlite", "not a sound SQLite database")
  }

  @Test func aShardThatIsNamedTwice() throws {
    expect(try merge("1", "1"), 64, "named twice")
    expect(try merge("1", "merged"), 64, "named twice")
  }

  @Test func shardsThatAreNone() throws {
    for text in ["0/3", "4/3", "two", "1/2/3"] {
      expect(try GauntletProcess.run("run", path, "--shard", text, "--out", scratch.file("x")), 64, text)
    }
    expect(try GauntletProcess.run("run", path, "--plan", "x.json", "--out", scratch.file("x")), 64, "--shard")
  }

  @Test func aPlanOfAnotherSuite() throws {
    let other = try scratch.write(Self.suite.replacingOccurrences(of: "seed: 3", with: "seed: 4"), to: "other.yaml")
    let plan = try scratch.write(
      try GauntletProcess.run("plan", other, "--shards", "2", "--json").output, to: "plan.json")
    let out = scratch.file("x")
    expect(
      try GauntletProcess.run("run", path, "--shard", "1/2", "--plan", plan, "--out", out), 65, "none of this suite's")
    expect(try GauntletProcess.run("run", other, "--shard", "1/3", "--plan", plan, "--out", out), 65, "no shard 1/3")
    expect(
      try GauntletProcess.run("run", other, "--shard", "1/2", "--plan", scratch.file("no.json"), "--out", out), 66,
      "no.json")
  }
}
