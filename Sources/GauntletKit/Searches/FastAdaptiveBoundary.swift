internal import Gradients
public import Tensors

/// FAB: walks along the decision's boundary towards the clean image, for a broken image that is as near as can be (Croce
/// and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack", ICML 2020).
///
/// At each step, with the boundary linearised at x and d₁, d₂ the shortest moves of x and of the clean x₀ onto it within
/// [0, 1]ⁿ: a₁ = max(‖d₁‖, 1e-8), a₂ = max(‖d₂‖, 1e-8), α = min(a₁/(a₁ + a₂), 0.1), and
/// x ← clip((1 − α)(x + 1.05·d₁) + α(x₀ + 1.05·d₂)). A broken x is kept where it is the nearest so far, and the walk goes
/// on from x₀ + 0.9(x − x₀). It needs no ε; the harness's decision at ε does. The nearest broken image is proposed,
/// projected onto the threat model where it is outside, or the clean image where none was found. From the second run on it
/// starts at x₀ + ½·min(best, ε)·t/‖t‖, t random. Images that are broken from the start stay.
public struct FastAdaptiveBoundary: Search {
  /// Steps of one run.
  public let steps: Int
  public let restarts: Int
  /// FAB-T: how many classes it walks to, the likeliest first, each in all its runs; nil: to whichever is nearest at a
  /// step, which takes a gradient a class. Of two classes both are the same.
  public let targets: Int?
  /// Whether a sample ends at its first broken image inside the threat model.
  public let stopsWhenBroken: Bool

  public init(steps: Int = 100, restarts: Int = 1, targets: Int? = nil, stopsWhenBroken: Bool = false) {
    precondition(
      steps >= 0 && restarts >= 1 && targets.map { $0 >= 1 } ?? true,
      "at least 0 steps, 1 restart and 1 target expected, got \(steps), \(restarts), \(targets ?? 0)")
    self.steps = steps
    self.restarts = restarts
    self.targets = targets
    self.stopsWhenBroken = stopsWhenBroken
  }

  /// Passes that one sample takes at the most.
  public func expectedCost(classCount: Int) -> Cost {
    let walks = restarts * (targets.map { min($0, classCount - 1) } ?? 1)
    let gradients = targets == nil ? classCount - 1 : 1
    return Cost(forwards: 1 + walks * steps * (gradients + 1), backwards: walks * steps * gradients)
  }

  /// - Throws: `PluginError.unusable` where the objective does not decide.
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    let decision = try objective.deciding(for: "fab")
    guard threat.epsilon > 0 else { return images }
    return threat.projected(
      try nearest(decision, from: images, samples: samples, norm: threat.norm, epsilon: threat.epsilon, seeds: seeds),
      around: images)
  }

  /// The nearest broken image of each sample that was found, wherever it is; the clean one where none was.
  public func nearest(
    _ objective: any DecisionObjective, from images: Tensor, samples: [Int], norm: ThreatModel.Norm, epsilon: Double,
    seeds: SampleSeeds
  ) throws -> Tensor {
    let clean = try objective.scores(at: Variable(constant: images), samples: samples).value
    let rivals = objective.rivals(clean, samples: samples)
    let broken = objective.isBroken(clean, samples: samples)
    var walk = Walk(clean: images, norm: norm)
    for (row, isBroken) in broken.enumerated() where isBroken { walk.norms[row] = 0 }
    let walks = targets.map { min($0, objective.classCount - 1) } ?? 1
    for number in 0..<walks {
      for restart in 0..<restarts {
        let rows = samples.indices.filter {
          walk.norms[$0] > 0 && !(stopsWhenBroken && walk.norms[$0] <= epsilon)
        }
        guard !rows.isEmpty else { break }
        let start =
          restart == 0
          ? images.rows(rows)
          : walk.start(rows, epsilon: epsilon) { row in
            seeds.stream("start", sample: samples[row], restart: restart, step: number)
          }
        try walk.run(
          objective, rows: rows, samples: samples, from: start, steps: steps,
          targets: targets == nil ? nil : rivals.map { $0[number] }, end: stopsWhenBroken ? epsilon : nil)
      }
    }
    return walk.best
  }
}

/// The nearest broken images so far, and the walk that finds them.
private struct Walk {
  let clean: Tensor
  let norm: ThreatModel.Norm
  var best: Tensor
  var norms: [Double]

  init(clean: Tensor, norm: ThreatModel.Norm) {
    self.clean = clean
    self.norm = norm
    best = clean
    norms = [Double](repeating: .infinity, count: clean.rows)
  }

  func start(_ rows: [Int], epsilon: Double, stream: (Int) -> RandomStream) -> Tensor {
    var images = clean.rows(rows)
    let size = images.shape.rowCount
    images.withMutableScalars { x in
      for (place, row) in rows.enumerated() {
        var random = stream(row)
        let draws = (0..<size).map { _ in norm == .linf ? 2 * random.uniformDouble() - 1 : Double(random.normal()) }
        let length = max(Self.length(draws, norm), 1e-12)
        let radius = min(norms[row], epsilon) / 2
        for i in 0..<size {
          let at = place * size + i
          x[at] = min(max(Float(Double(x[at]) + radius * draws[i] / length), 0), 1)
        }
      }
    }
    return images
  }

  static func length(_ values: [Double], _ norm: ThreatModel.Norm) -> Double {
    switch norm {
    case .linf: values.reduce(0) { max($0, abs($1)) }
    case .l2: values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .l1: values.reduce(0) { $0 + abs($1) }
    }
  }

  /// - Parameter end: samples end where they are broken within it.
  mutating func run(
    _ objective: any DecisionObjective, rows: [Int], samples: [Int], from start: Tensor, steps: Int, targets: [Int]?,
    end: Double?
  ) throws {
    let ball = ThreatModel(norm: norm, epsilon: 0)
    var (rows, x, centre) = (rows, start, clean.rows(rows))
    for _ in 0..<steps {
      let places = rows.map { samples[$0] }
      let boundary = try Boundary(
        of: objective, at: x, samples: places, targets: targets.map { all in rows.map { all[$0] } }, norm: norm)
      x = step(x, centre, boundary)
      let broken = try objective.isBroken(at: x, samples: places)
      guard broken.contains(true) else { continue }
      let lengths = ball.norms(ofEach: x, around: centre)
      var going: [Int] = []
      for (place, row) in rows.enumerated() {
        if broken[place] && lengths[place][norm] < norms[row] {
          norms[row] = lengths[place][norm]
          best.setRows([row], to: x.rows([place]))
        }
        if !(end.map { norms[row] <= $0 } ?? false) { going.append(place) }
      }
      let size = x.shape.rowCount
      x.withMutableScalars { x in
        centre.withScalars { c in
          for place in rows.indices where broken[place] {
            for i in place * size..<(place + 1) * size { x[i] = c[i] + 0.9 * (x[i] - c[i]) }
          }
        }
      }
      guard going.count < rows.count else { continue }
      guard !going.isEmpty else { return }
      (rows, x, centre) = (going.map { rows[$0] }, x.rows(going), centre.rows(going))
    }
  }

  /// One step of every image.
  private func step(_ x: Tensor, _ centre: Tensor, _ boundary: Boundary) -> Tensor {
    let size = x.shape.rowCount
    let projection = HyperplaneProjection(norm)
    let norm = norm
    return Tensor(unsafeUninitialized: x.shape) { target in
      x.withScalars { x in
        centre.withScalars { c in
          boundary.normals.withScalars { w in
            let (out, x, c, w) = (Unchecked(target), Unchecked(x), Unchecked(c), Unchecked(w))
            Workers.forEach(boundary.rises.count) { row in
              let range = row * size..<(row + 1) * size
              let image = UnsafeBufferPointer(rebasing: x.value[range])
              let clean = UnsafeBufferPointer(rebasing: c.value[range])
              let normal = UnsafeBufferPointer(rebasing: w.value[range])
              // ⟨w, u⟩ = ⟨w, x⟩ − Δ, from either point.
              var offset = 0.0
              for i in 0..<size { offset += Double(normal[i]) * (Double(image[i]) - Double(clean[i])) }
              let near = projection.move(from: image, normal: normal, rise: -boundary.rises[row])
              let far = projection.move(from: clean, normal: normal, rise: offset - boundary.rises[row])
              let (a, b) = (max(Self.length(near, norm), 1e-8), max(Self.length(far, norm), 1e-8))
              let weight = min(a / (a + b), 0.1)
              for i in 0..<size {
                let own = Double(image[i]) + 1.05 * near[i]
                let home = Double(clean[i]) + 1.05 * far[i]
                out.value[row * size + i] = Float(min(max((1 - weight) * own + weight * home, 0), 1))
              }
            }
          }
        }
      }
    }
  }
}
