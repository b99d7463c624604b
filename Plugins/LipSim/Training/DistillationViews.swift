internal import Tensors

/// The two views of an image in LipSim's distillation: a flipped one, and a flipped one with other colours.
///
/// Clean: a horizontal flip with probability ½. Jittered: a flip of its own, then with probability 0.8 brightness and
/// contrast by factors of 0.6…1.4, saturation of 0.8…1.2 and hue by −0.1…0.1 in a random order, and grey with probability
/// 0.2. Pixels stay in [0, 1]; nothing is rounded to 8 bits. (Ghazanfari et al., 2024, their training code.)
struct DistillationViews: Sendable {
  let seed: UInt64

  func clean(_ images: Tensor, samples: [Int], epoch: Int) -> Tensor { flipped(images, "clean", samples, epoch) }

  func jittered(_ images: Tensor, samples: [Int], epoch: Int) -> Tensor {
    var result = flipped(images, "jittered", samples, epoch)
    let pixels = images.shape[2] * images.shape[3]
    guard images.shape[1] == 3 else { return result }
    result.withMutableScalars { x in
      for (row, sample) in samples.enumerated() {
        var stream = RandomStream(seed: seed, ["lipsim", "colours"], [epoch, sample])
        var colours = Colours(x: x, first: row * 3 * pixels, pixels: pixels)
        if stream.uniformDouble() < 0.8 {
          var order = [0, 1, 2, 3]
          stream.shuffle(&order)
          let (light, contrast) = (stream.uniform(0.6...1.4), stream.uniform(0.6...1.4))
          let (saturation, hue) = (stream.uniform(0.8...1.2), stream.uniform(-0.1...0.1))
          for change in order {
            switch change {
            case 0: colours.blend(with: { _ in 0 }, light)
            case 1:
              let mean = colours.meanGrey
              colours.blend(with: { _ in mean }, contrast)
            case 2:
              let greys = (0..<pixels).map { colours.grey($0) }
              colours.blend(with: { greys[$0] }, saturation)
            default: colours.turnHue(by: hue)
            }
          }
        }
        if stream.uniformDouble() < 0.2 {
          let greys = (0..<pixels).map { colours.grey($0) }
          colours.blend(with: { greys[$0] }, 0)
        }
      }
    }
    return result
  }

  private func flipped(_ images: Tensor, _ view: String, _ samples: [Int], _ epoch: Int) -> Tensor {
    let (width, size) = (images.shape[3], images.shape.rowCount)
    var result = images
    result.withMutableScalars { x in
      for (row, sample) in samples.enumerated() {
        var stream = RandomStream(seed: seed, ["lipsim", "flip", view], [epoch, sample])
        guard stream.next() >> 63 == 1 else { continue }
        for line in stride(from: row * size, to: (row + 1) * size, by: width) {
          for i in 0..<width / 2 { x.swapAt(line + i, line + width - 1 - i) }
        }
      }
    }
    return result
  }
}

/// One image's three planes.
private struct Colours {
  let x: UnsafeMutableBufferPointer<Float>
  let first: Int
  let pixels: Int

  /// Luma of ITU-R 601.
  func grey(_ i: Int) -> Float {
    0.299 * x[first + i] + 0.587 * x[first + pixels + i] + 0.114 * x[first + 2 * pixels + i]
  }

  var meanGrey: Float { Float((0..<pixels).reduce(0.0) { $0 + Double(grey($1)) } / Double(pixels)) }

  /// factor·x + (1 − factor)·other, within [0, 1].
  mutating func blend(with other: (Int) -> Float, _ factor: Float) {
    for i in 0..<pixels {
      let base = (1 - factor) * other(i)
      for plane in 0..<3 {
        let place = first + plane * pixels + i
        x[place] = min(max(factor * x[place] + base, 0), 1)
      }
    }
  }

  /// Hue of the hexagonal model, in turns.
  mutating func turnHue(by turn: Float) {
    for i in 0..<pixels {
      let (r, g, b) = (x[first + i], x[first + pixels + i], x[first + 2 * pixels + i])
      let (high, low) = (max(r, g, b), min(r, g, b))
      let chroma = high - low
      guard chroma > 0 else { continue }
      var hue: Float
      if high == r {
        hue = (g - b) / chroma
      } else if high == g {
        hue = 2 + (b - r) / chroma
      } else {
        hue = 4 + (r - g) / chroma
      }
      hue = hue / 6 + turn
      hue -= hue.rounded(.down)
      for (plane, sixth) in [(0, Float(5)), (1, 3), (2, 1)] {
        // Smith's formula: v − c·max(0, min(k, 4 − k, 1)).
        var k = sixth + hue * 6
        if k >= 6 { k -= 6 }
        x[first + plane * pixels + i] = high - chroma * max(0, min(k, 4 - k, 1))
      }
    }
  }
}
