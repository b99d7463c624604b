import Testing

/// What `list` and `describe` say.
struct CatalogueTests {
  @Test func aProfileIsListedInALineAndDescribedWhole() throws {
    let list = try GauntletProcess.run("list", "attacks")
    #expect(list.status == 0)
    let line = try #require(list.output.split(separator: "\n").first { $0.hasPrefix("  pami28 ") })
    #expect(line.hasSuffix("sp-qa-plus sp-qa-minus ca-plus ca-minus (32 settings)"))
    let description = try GauntletProcess.run("describe", "pami28")
    #expect(description.status == 0)
    #expect(description.output.split(separator: "\n").count { $0.hasPrefix("  ") } == 32)
    let mistake = try GauntletProcess.run("describe", "pami29")
    #expect(mistake.status == 64 && mistake.error.contains("pami28"))
  }
}
