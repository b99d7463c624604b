internal import Foundation
internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors
internal import Training

/// `lipsim`: a network of SLL blocks learns the embeddings of teachers.
struct Distillation: Defense {
  enum Loss: String, CaseIterable, Sendable {
    /// √ of the mean squared difference over the batch and all coordinates.
    case rmse
    /// 2 − 2·the mean cosine.
    case byol
    /// Cross-entropy of softmax(t/0.01) and softmax(g/0.1), meaned over the batch.
    case cross
  }

  enum Views: String, CaseIterable, Sendable {
    /// Both views, the losses' mean: the published code.
    case mean
    /// Both views, the losses' sum, and the target of the image as it is: the code of the paper.
    case sum
    /// The clean view alone.
    case clean
  }

  static let card = Card(
    id: "lipsim", version: "1", title: "LipSim, distilled from teachers",
    definition:
      "minimises ½(√mean((g(x) − t(x))²) + √mean((g(x′) − t(x))²)) over images x and their jittered views x′; t "
      + "the teachers' embeddings, g a network whose ℓ2 Lipschitz constant is 1",
    reference: "Ghazanfari et al., LipSim: a provably robust perceptual similarity metric (ICLR 2024), step 1",
    deviations: [
      "Any subjects that embed can be the teachers; the published ones are DreamSim's, and need their files."
    ])

  static let plugin = Plugin<any Defense>(
    card,
    settings: LipSimSettings.schema(epochs: "40", batch: "32", schedule: .cosine) + [
      Setting("loss", .choice(Loss.allCases.map(\.rawValue)), default: "rmse", help: "rmse, byol (cosine) or cross"),
      Setting(
        "views", .choice(Views.allCases.map(\.rawValue)), default: "mean",
        help: "mean: a clean and a jittered view; sum: as the code of the paper adds them; clean: no jittered view"),
      Setting(
        "centred", .flag, default: "true", help: "subtract the teachers' embedding's own mean, as DreamSim did then"),
      Setting(
        "scale", .number(1e-6...1e6), default: "1",
        help: "norm of the teachers' embeddings; certified radii grow with the student's, as far as it can follow"),
    ]
  ) { values in
    Distillation(
      settings: LipSimSettings(values), loss: Loss(rawValue: values.text("loss")) ?? .rmse,
      views: Views(rawValue: values.text("views")) ?? .mean, isCentred: values.flag("centred"),
      scale: Float(values.number("scale")))
  }

  let settings: LipSimSettings
  let loss: Loss
  let views: Views
  let isCentred: Bool
  let scale: Float

  var card: Card { Self.card }

  func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric {
    guard case .student(let backbone, let teachers) = start, !teachers.isEmpty else {
      throw LipSimError.needsTeachers(defense: card.id)
    }
    let images = data.dataset.images
    guard images == backbone.images else {
      throw LipSimError.imagesDiffer(
        defense: card.id, dataset: data.dataset.card.id, images: "\(images)", backbone: "\(backbone.images)")
    }
    for teacher in teachers where !teacher.input.accepts(images) {
      throw LipSimError.teacherImages(
        defense: card.id, teacher: teacher.card.title, takes: "\(teacher.input)", images: "\(images)")
    }
    let ensemble = TeacherEnsemble(teachers: teachers, isCentred: isCentred, scale: scale)
    guard ensemble.dimension == backbone.embedding else {
      throw LipSimError.teacherDimension(
        defense: card.id, teachers: ensemble.dimension, student: backbone.embedding)
    }
    let pictures = TrainingPictures(data)
    guard pictures.count >= 2 else {
      throw LipSimError.tooFew(defense: card.id, dataset: data.dataset.card.id, count: pictures.count)
    }
    let objective = DistillationObjective(
      batches: ShuffledBatches(count: pictures.count, size: settings.batch, seed: session.seed), pictures: pictures,
      teachers: ensemble, views: DistillationViews(seed: session.seed), kind: loss, use: views)
    return try backbone.trained(by: objective, card: card, settings: settings, in: session)
  }
}

/// Single pictures of a dataset to train on: the training split, or every image of triplets.
struct TrainingPictures: Sendable {
  private let data: TrainingData
  let count: Int

  init(_ data: TrainingData) {
    self.data = data
    switch data {
    case .retrieval(let dataset): count = dataset.labels(.train).count
    case .triplets(let dataset): count = 3 * dataset.count
    }
  }

  func images(_ indices: [Int]) throws -> Tensor {
    switch data {
    case .retrieval(let dataset): return try dataset.images(.train, indices)
    case .triplets(let dataset):
      let triplets = try dataset.triplets(indices.map { $0 / 3 })
      let all = Tensor(concatenating: [triplets.references, triplets.first, triplets.second])
      return all.rows(indices.enumerated().map { place, index in index % 3 * indices.count + place })
    }
  }
}

private struct DistillationObjective: TrainingObjective {
  let batches: ShuffledBatches
  let pictures: TrainingPictures
  let teachers: TeacherEnsemble
  let views: DistillationViews
  let kind: Distillation.Loss
  let use: Distillation.Views

  var stepsPerEpoch: Int { batches.stepsPerEpoch }

  func loss(
    at place: TrainingPlace, by network: TrainableNetwork
  ) throws -> (loss: Variable, series: [TrainingSeries]) {
    let (epoch, samples) = batches.batch(step: place.step)
    let images = try pictures.images(samples)
    let clean = views.clean(images, samples: samples, epoch: epoch)
    let target = try teachers.embeddings(of: use == .sum ? images : clean)
    let inputs =
      use == .clean
      ? clean : Tensor(concatenating: [clean, views.jittered(images, samples: samples, epoch: epoch)])
    let embeddings = try network.train(Variable(constant: inputs), batchNorm: .frozen)
    let count = samples.count
    let first = kind.value(embeddings.rows(0..<count), target)
    let norm = embeddings.value.rowNorms().scalars.reduce(0, +) / Float(inputs.rows)
    var series = [TrainingSeries("embedding-norm", Double(norm))]
    guard use != .clean else { return (first, series) }
    let second = kind.value(embeddings.rows(count..<2 * count), target)
    series.append(TrainingSeries("jittered-loss", Double(second.value[0])))
    return (use == .sum ? first + second : (first + second) * 0.5, series)
  }
}

extension Distillation.Loss {
  /// Of embeddings and what they are to be, both [N, D] → [1].
  func value(_ embeddings: Variable, _ target: Tensor) -> Variable {
    switch self {
    case .rmse:
      let difference = embeddings - Variable(constant: target)
      return (difference * difference).mean().squareRoot()
    case .byol:
      let cosines = pairedProducts(embeddings.normalizedRows(), Variable(constant: target.normalizedRows()))
      return 2 - cosines.mean() * 2
    case .cross:
      return softCrossEntropy(embeddings * 10, targets: target.map { $0 * 100 })
    }
  }
}

/// The mean over rows of −Σ softmax(target)·log softmax(logits); both [N, D].
private func softCrossEntropy(_ logits: Variable, targets: Tensor) -> Variable {
  func softmax(_ x: Tensor) -> (values: [Double], logSums: [Double]) {
    let (rows, columns) = (x.shape[0], x.shape[1])
    return x.withScalars { x in
      var values = [Double](repeating: 0, count: rows * columns)
      var sums: [Double] = []
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        let most = range.reduce(-Double.infinity) { max($0, Double(x[$1])) }
        var sum = 0.0
        for i in range {
          values[i] = exp(Double(x[i]) - most)
          sum += values[i]
        }
        for i in range { values[i] /= sum }
        sums.append(most + log(sum))
      }
      return (values, sums)
    }
  }
  let (rows, columns) = (logits.shape[0], logits.shape[1])
  let wanted = softmax(targets).values
  let (given, sums) = softmax(logits.value)
  var total = 0.0
  logits.value.withScalars { x in
    for i in wanted.indices { total -= wanted[i] * (Double(x[i]) - sums[i / columns]) }
  }
  let mean = Tensor([Float(total / Double(rows))], [1])
  return Variable(mean, from: [logits]) { gradient in
    let scale = Double(gradient[0]) / Double(rows)
    return [Tensor(given.indices.map { Float(scale * (given[$0] - wanted[$0])) }, [rows, columns])]
  }
}
