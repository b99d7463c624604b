internal import Tensors

/// Distortions that leave every pixel where it is.
extension Planes {
  mutating func addNoise(deviation: Float, using stream: inout RandomStream) {
    for i in values.indices { values[i] += deviation * stream.bell() }
  }

  mutating func lowerContrast(to factor: Float, using stream: inout RandomStream) {
    let gray = stream.uniform(0.25...0.75)
    for i in values.indices { values[i] = gray + factor * (values[i] - gray) }
  }

  mutating func shiftColor(by amount: Float, using stream: inout RandomStream) {
    let turns = stream.uniform()
    guard channels == 3 else {
      let offset = turns < 0.5 ? amount : -amount
      for i in values.indices { values[i] += offset }
      return
    }
    // A unit vector orthogonal to gray: cosines a third of a turn apart, times √(2/3).
    for channel in 0..<3 {
      let direction = Trigonometry.cosine(turns: Double(turns) + Double(channel) / 3) * (2.0 / 3).squareRoot()
      let offset = amount * Float(direction)
      for i in channel * height * width..<(channel + 1) * height * width { values[i] += offset }
    }
  }

  mutating func occlude(share: Float, using stream: inout RandomStream) {
    // Sides in a random proportion of 1:2 to 2:1, of the image's own proportion in the middle.
    let stretch = stream.uniform(0.7072...1.4142)
    let area = share.squareRoot()
    let columns = min(max(Int((area * stretch * Float(width)).rounded()), 1), width)
    let rows = min(max(Int((area / stretch * Float(height)).rounded()), 1), height)
    let left = stream.integer(below: width - columns + 1)
    let top = stream.integer(below: height - rows + 1)
    for channel in 0..<channels {
      let shade = stream.uniform()
      for row in top..<top + rows {
        let start = (channel * height + row) * width + left
        for i in start..<start + columns { values[i] = shade }
      }
    }
  }
}
