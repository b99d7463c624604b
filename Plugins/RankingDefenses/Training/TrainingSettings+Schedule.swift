internal import Networks

extension TrainingSettings {
  /// The learning rate of an update: a linear warm-up to the peak, then constant or half a cosine down to 0.
  package func learningRate(step: Int, of total: Int) -> Double {
    let rising = Int(warmup * Double(total))
    switch schedule {
    case .constant: return step < rising ? learningRate * Double(step + 1) / Double(rising) : learningRate
    case .cosine:
      return Networks.Schedule.cosine(rate: learningRate, warmUp: rising, total: total, final: 0).rate(at: step)
    }
  }
}
