import BuiltIns
import GauntletKit
import Harness
import Testing

struct SuiteParserTests {
  private func parse(_ text: String) throws -> Suite {
    try Suite(parsing: text, named: "test", path: "test.yaml", registry: try BuiltIns.registry())
  }

  private func mistakes(_ text: String) throws -> [SuiteMistake] {
    do {
      _ = try parse(text)
      return []
    } catch HarnessError.suite(_, let mistakes) { return mistakes }
  }

  private static let sound = """
    suite: small
    seed: 3
    datasets:
      pairs: {dataset: "triplets:count=20", samples: 10}
    subjects:
      ssim: ssim
      pixels: l2
    attacks:
      - attack: pgd:norm=linf,steps=2
        vary: {eps: [1/255, 4/255]}
    """

  @Test func aSoundSuiteIsResolved() throws {
    let suite = try parse(Self.sound)
    #expect(suite.name == "small")
    #expect(suite.seed == 3)
    #expect(suite.datasets.map(\.samples) == [10])
    #expect(suite.subjects.map(\.key) == ["ssim", "pixels"])
    #expect(suite.attacks.map { $0.attack.threat.epsilonText } == ["1/255", "4/255"])
  }

  @Test func theResolvedTextIsTheSameSuite() throws {
    let suite = try parse(Self.sound)
    let again = try parse(suite.resolvedText)
    #expect(again.resolvedText == suite.resolvedText)
    #expect(again.attacks.map(\.use.identity) == suite.attacks.map(\.use.identity))
    #expect(suite.resolvedText.contains("steps=2"))
    #expect(try Plan(again).cells.map(\.id) == Plan(suite).cells.map(\.id))
  }

  @Test func everyMistakeIsReportedWithItsLine() throws {
    let found = try mistakes(
      """
      suite: broken
      sed: 3
      datasets:
        pairs: {dataset: "triplets:cuont=20", samples: 0}
      subjects:
        ssim: sssim
        model: {defense: none, on: shape, architecture: small-conv}
      attacks:
        - pgd:steps=-17
      """)
    #expect(found.map(\.line) == [2, 4, 4, 6, 7, 9])
    let text = found.map(\.message).joined(separator: "\n")
    #expect(text.contains("unknown key 'sed'; did you mean 'seed'?"))
    #expect(text.contains("unknown setting 'cuont'; did you mean 'count'?"))
    #expect(text.contains("unknown metric 'sssim'; did you mean 'ssim'?"))
    #expect(text.contains("expected an integer at least 1, got '0'"))
    #expect(text.contains("setting 'steps' is '-17'"))
  }

  @Test func whatIsNoYAMLHasALine() throws {
    let found = try mistakes("suite: x\ndatasets: [\n")
    #expect(found.count == 1)
    #expect(found.first?.line != nil)
  }

  @Test func missingSectionsAreNamed() throws {
    #expect(try mistakes("suite: x").map(\.keyPath) == ["datasets", "subjects"])
  }

  @Test func aModelNeedsAStart() throws {
    let found = try mistakes(
      """
      datasets: {s: shapes}
      subjects:
        a: {defense: none, on: s}
        b: {defense: none, on: s, from: c}
        d: {defense: none, on: s, architecture: small-konv}
      """)
    #expect(found.map(\.line) == [3, 4, 5])
    #expect(found[2].message.contains("did you mean 'small-conv'?"))
  }

  @Test func anEnvironmentVariableThatIsNotSetIsAMistake() throws {
    let found = try mistakes("datasets: {d: 'image-folder:path=${GAUNTLET_NO_SUCH_VARIABLE}/x'}\nsubjects: {s: ssim}")
    #expect(found.first?.message.contains("GAUNTLET_NO_SUCH_VARIABLE is not set") == true)
  }

  @Test func aProfileStandsForItsAttacks() throws {
    let suite = try parse("datasets: {s: shapes}\nsubjects: {m: ssim}\nattacks: ['ers:eps=4/255,steps=3']")
    #expect(Set(suite.attacks.map(\.use.card.id)).count == 9)
    #expect(suite.attacks.allSatisfy { $0.attack.threat.epsilonText == "4/255" })
  }

  @Test func aProfilesSettingsAreForTheMembersThatHaveThem() throws {
    let head = "datasets: {s: shapes}\nsubjects: {m: ssim}\nattacks: "
    let attacks = try parse(head + "['pami28:kappa=2e4,steps=4']").attacks
    #expect(attacks.count == 32)
    for attack in attacks {
      let settings = attack.use.settings
      #expect(settings.integer("steps") == 4)
      if attack.use.card.id.hasPrefix("sp-") { #expect(settings.written("kappa") == "2e4") }
    }
    #expect(Set(attacks.map(\.attack.threat.epsilonText)) == ["8/255", "77/255"])
    #expect(Set(attacks.map(\.key)).count == 32)
    let found = try mistakes(head + "['pami28:kapa=2e4']")
    #expect(found.contains { $0.message.contains("kapa") })
  }
}
