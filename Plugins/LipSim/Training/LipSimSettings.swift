internal import GauntletKit
internal import Networks
internal import Tensors

/// What both stages of LipSim's training can be told.
struct LipSimSettings: Hashable, Sendable {
  enum Schedule: String, CaseIterable, Sendable {
    /// Linear warm-up, then half a cosine down to 0: the published code.
    case cosine
    /// Up to 2/5 of the updates, down to a twentieth at 4/5, then to 0: the code of the paper.
    case interp
  }

  let epochs: Double
  let steps: Int?
  let batch: Int
  let learningRate: Double
  let schedule: Schedule
  let warmup: Double

  init(_ values: SettingValues) {
    epochs = values.number("epochs")
    steps = values.optionalInteger("steps")
    batch = values.integer("batch")
    learningRate = values.number("learning-rate")
    schedule = Schedule(rawValue: values.text("schedule")) ?? .cosine
    warmup = values.number("warmup")
  }

  static func schema(epochs: String, batch: String, schedule: Schedule) -> [Setting] {
    [
      Setting(
        "epochs", .number(0...100_000), default: epochs, help: "passes over the data; a fraction ends within one"),
      Setting(
        "steps", .integer(0...100_000_000), default: "", help: "updates; takes the place of epochs where it is given"),
      Setting("batch", .integer(1...65_536), default: batch, help: "samples a batch"),
      Setting("learning-rate", .number(0...1000), default: "0.01", help: "of Adam, β = (0.5, 0.9), at its peak"),
      Setting(
        "schedule", .choice(Schedule.allCases.map(\.rawValue)), default: schedule.rawValue,
        help: "cosine: warm-up, then half a cosine to 0; interp: the paper's, up to 2/5 and down in two lines"),
      Setting(
        "warmup", .number(0...1), default: "0.02", help: "share of the updates over which cosine's rate grows linearly"),
    ]
  }

  func total(perEpoch: Int) -> Int { steps ?? Int((epochs * Double(perEpoch)).rounded(.up)) }

  func optimizer() -> Adam { Adam(learningRate: learningRate, beta1: 0.5, beta2: 0.9) }

  func rate(of total: Int) -> (_ step: Int) -> Double {
    let schedule: Networks.Schedule =
      switch schedule {
      case .cosine: .cosine(rate: learningRate, warmUp: Int(warmup * Double(total)), total: total, final: 0)
      case .interp: .interpolated(rate: learningRate, total: total)
      }
    return { schedule.rate(at: $0) }
  }
}

/// The samples of each step: all of them once an epoch, shuffled anew each time; what fills no batch is left out.
struct ShuffledBatches: Sendable {
  let count: Int
  let size: Int
  let seed: UInt64

  init(count: Int, size: Int, seed: UInt64) {
    precondition(count > 0 && size > 0, "\(count) samples in batches of \(size)")
    self.count = count
    self.size = min(size, count)
    self.seed = seed
  }

  var stepsPerEpoch: Int { count / size }

  func batch(step: Int) -> (epoch: Int, samples: [Int]) {
    let epoch = step / stepsPerEpoch
    var order = Array(0..<count)
    var stream = RandomStream(seed: seed, ["lipsim", "order"], [epoch])
    stream.shuffle(&order)
    let first = step % stepsPerEpoch * size
    return (epoch, Array(order[first..<first + size]))
  }
}
