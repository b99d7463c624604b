internal import ArgumentParser
internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Harness
internal import Tensors

struct AttackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack",
    abstract: "Run one attack on given images; adversarial images out as .npy, verdicts as JSON.",
    discussion: """
      Two alternatives: --reference, --first, --second (pictures or arrays), --votes (an array of shares for the second; \
      by default the metric's own clean choice is the truth).
      Ranking: --gallery (an array or pictures) with --labels (an array [N], or a text file, one a line), and --queries \
      (indices of the images that are perturbed; by default all).
      """)

  @Argument(help: "The attack, such as pgd:norm=linf,eps=4/255 or ca-plus:eps=8/255.")
  var attack: String
  @Argument(help: "The metric.")
  var metric: String
  @OptionGroup var question: QuestionArguments
  @Option(help: "Votes for the second candidate, [N], in [0, 1].") var votes: String?
  @Option(help: "Seed of every random choice.") var seed: UInt64 = 0
  @Option(
    name: .shortAndLong,
    help: "Write the adversarial images here as .npy, [n, C, H, W], or [n, k, C, H, W] where k images of a sample move."
  ) var output: String?
  @OptionGroup var compute: ComputeOptions

  func run() throws {
    compute.apply()
    let attack = try PluginArgument.attack(attack)
    let task = question.isRanking ? try retrieval() : try twoAlternative(attack.threat.moved)
    guard attack.tasks.contains(task.kind) else {
      throw CommandError.usage(
        "\(attack.card.id) attacks \(attack.tasks.map(\.rawValue).sorted().joined(separator: ", ")), not \(task.kind.rawValue)"
      )
    }
    let verdicts = try AttackVerdicts(attack, on: task, seed: seed)
    if let output { try NPY.write(verdicts.images, to: output) }
    try Output.json(verdicts)
  }

  private func twoAlternative(_ moved: MovedImages) throws -> Task {
    let metric = try PluginArgument.metric(metric)
    let images = try question.alternatives(for: metric)
    let count = images[0].rows
    let shares: [Float]
    if let votes {
      shares = try NPY.read(votes).scalars
      guard shares.count == count, shares.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
        throw CommandError.badData(
          "\(votes): \(shares.count) votes for \(count) references, expected as many, in [0, 1]")
      }
    } else {
      let toFirst = try metric.distances(images[0], images[1])
      let toSecond = try metric.distances(images[0], images[2])
      shares = zip(toFirst.scalars, toSecond.scalars).map { $0 <= $1 ? 0 : 1 }
    }
    return .twoAlternative(
      try TwoAlternativeTask(
        metric: metric, ids: Array(0..<count),
        triplets: Triplets(references: images[0], first: images[1], second: images[2], votes: shares), moved: moved))
  }

  private func retrieval() throws -> Task {
    .retrieval(try question.ranking(try PluginArgument.embeddingMetric(metric), seed: seed))
  }
}
