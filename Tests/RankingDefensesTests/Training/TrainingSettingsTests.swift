import GauntletKit
import RankingDefenses
import Testing

struct TrainingSettingsTests {
  private func settings(_ given: [(name: String, text: String)]) throws -> TrainingSettings {
    let schema = TrainingSettings.schema(
      TrainingSettings.Defaults(
        epochs: "2", optimizer: .adam, learningRate: "1", weightDecay: "0", schedule: .constant, warmup: "0",
        batchNorm: .frozen, augmentation: .none))
    return TrainingSettings(try SettingValues(given, for: "test", schema: schema))
  }

  @Test func warmsUpThenStays() throws {
    let settings = try settings([("warmup", "0.4")])
    let rates = (0..<10).map { settings.learningRate(step: $0, of: 10) }
    #expect(rates == [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1])
  }

  @Test func warmsUpThenFallsToZero() throws {
    let settings = try settings([("warmup", "0.4"), ("schedule", "cosine")])
    let rates = (0...10).map { settings.learningRate(step: $0, of: 10) }
    #expect(rates[3] == 1 && rates[4] == 1 && abs(rates[7] - 0.5) < 1e-12 && abs(rates[10]) < 1e-12)
    #expect(zip(rates[4...], rates[5...]).allSatisfy { $0 > $1 })
  }

  @Test func stepsTakeThePlaceOfEpochs() throws {
    #expect(try settings([("epochs", "1.5")]).totalSteps(perEpoch: 7) == 11)
    #expect(try settings([("epochs", "1.5"), ("steps", "4")]).totalSteps(perEpoch: 7) == 4)
  }
}
