package import GauntletKit
internal import Networks

/// What every trainer of this module can be told.
package struct TrainingSettings: Hashable, Sendable {
  package enum OptimizerKind: String, CaseIterable, Sendable {
    case adam, adamw, sgd
  }

  package enum Schedule: String, CaseIterable, Sendable {
    case constant, cosine
  }

  package enum BatchNorm: String, CaseIterable, Sendable {
    /// Running statistics, which stay as they are; scale and shift are trained.
    case frozen
    /// Statistics of the batch.
    case train
  }

  package let epochs: Double
  package let steps: Int?
  /// Images a batch.
  package let batch: Int
  package let optimizer: OptimizerKind
  package let learningRate: Double
  package let weightDecay: Double
  package let schedule: Schedule
  /// The share of all steps over which the learning rate grows from 0.
  package let warmup: Double
  package let batchNorm: BatchNorm
  package let augmentation: Augmentation
  /// How often R@1 is looked at.
  package let validations: Int

  package init(_ values: SettingValues) {
    epochs = values.number("epochs")
    steps = values.optionalInteger("steps")
    batch = values.integer("batch")
    optimizer = OptimizerKind(rawValue: values.text("optimizer")) ?? .adam
    learningRate = values.number("learning-rate")
    weightDecay = values.number("weight-decay")
    schedule = Schedule(rawValue: values.text("schedule")) ?? .constant
    warmup = values.number("warmup")
    batchNorm = BatchNorm(rawValue: values.text("batch-norm")) ?? .frozen
    augmentation = Augmentation(rawValue: values.text("augment")) ?? .none
    validations = values.integer("validations")
  }

  /// Texts of the defaults in which trainers differ.
  package struct Defaults {
    package var epochs: String
    package var optimizer: OptimizerKind
    package var learningRate: String
    package var weightDecay: String
    package var schedule: Schedule
    package var warmup: String
    package var batchNorm: BatchNorm
    package var augmentation: Augmentation

    package init(
      epochs: String, optimizer: OptimizerKind, learningRate: String, weightDecay: String, schedule: Schedule,
      warmup: String, batchNorm: BatchNorm, augmentation: Augmentation
    ) {
      self.epochs = epochs
      self.optimizer = optimizer
      self.learningRate = learningRate
      self.weightDecay = weightDecay
      self.schedule = schedule
      self.warmup = warmup
      self.batchNorm = batchNorm
      self.augmentation = augmentation
    }
  }

  package static func schema(_ defaults: Defaults) -> [Setting] {
    func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> Setting.Kind
    where Choice.RawValue == String {
      .choice(Choice.allCases.map(\.rawValue))
    }
    return [
      Setting(
        "epochs", .number(0...100_000), default: defaults.epochs,
        help: "passes over the training images, each once as anchor; a fraction ends within a pass"),
      Setting(
        "steps", .integer(0...100_000_000), default: "", help: "updates; takes the place of epochs where it is given"),
      Setting(
        "batch", .integer(2...65_536), default: "112",
        help: "images a batch; triplet training takes half as many pairs"),
      Setting(
        "optimizer", choice(OptimizerKind.self), default: defaults.optimizer.rawValue,
        help: "adam (weight decay in the gradient), adamw (decoupled), or sgd with momentum 0.9"),
      Setting(
        "learning-rate", .number(0...1000), default: defaults.learningRate, help: "of the optimizer, at its peak"),
      Setting("weight-decay", .number(0...1000), default: defaults.weightDecay, help: "of the optimizer"),
      Setting(
        "schedule", choice(Schedule.self), default: defaults.schedule.rawValue,
        help: "of the learning rate: constant, or half a cosine down to 0"),
      Setting(
        "warmup", .number(0...1), default: defaults.warmup,
        help: "share of all updates over which the learning rate grows linearly to its peak"),
      Setting(
        "batch-norm", choice(BatchNorm.self), default: defaults.batchNorm.rawValue,
        help: "frozen: running statistics, not updated; train: statistics of the batch"),
      Setting(
        "augment", choice(Augmentation.self), default: defaults.augmentation.rawValue,
        help: "none, flip, or crop-flip (also shifts by up to an eighth of the side, or crops anywhere from the larger "
          + "pictures of cub, cars and sop)"),
      Setting(
        "validations", .integer(0...10_000), default: "0",
        help: "how often R@1 of up to 1000 test images is looked at, for the training log; it decides nothing"),
    ]
  }

  /// Images that are trained on together: a quarter of a batch, so that there is work for several threads.
  package var trainingChunk: Int { min(max((batch + 3) / 4, 4), 28) }

  /// Updates in all.
  package func totalSteps(perEpoch: Int) -> Int { steps ?? Int((epochs * Double(perEpoch)).rounded(.up)) }
}
