import GauntletKit
import Tensors

/// Labelled 16×16 pictures: a class is a frequency and an orientation of stripes, an instance a phase, a contrast, a tint
/// and noise. Classes of the test split lie between those of training.
struct ToyPictures: RetrievalDataset {
  var classes = 8
  var perClass = 12
  var side = 16

  let card = Card(id: "toy", version: "1", title: "Stripes", definition: "stripes with noise", reference: "none")
  var images: ImageSpec { ImageSpec(channels: 3, height: side, width: side) }
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}
  var classNames: [String] { (0..<2 * classes).map { "stripes \($0)" } }

  func labels(_ split: Split) -> [Int] {
    (0..<classes * perClass).map { $0 / perClass + (split == .test ? classes : 0) }
  }

  func name(_ split: Split, of index: Int) -> String { "\(split.rawValue) \(index)" }

  func images(_ split: Split, _ indices: [Int]) throws -> Tensor {
    let labels = labels(split)
    return Tensor(concatenating: indices.map { picture(labels[$0], index: $0) })
  }

  private func picture(_ label: Int, index: Int) -> Tensor {
    var stream = RandomStream(seed: 5, ["toy"], [label, index])
    // Training classes take the even places of a grid of frequencies, test classes the odd ones.
    let place = label < classes ? 2 * label : 2 * (label - classes) + 1
    let (horizontal, vertical) = (Float(place % 4) * 0.35, Float(place / 4) * 0.3 + 0.15)
    let (phase, contrast) = (stream.uniform(0...6), stream.uniform(0.15...0.3))
    let tint = [stream.uniform(0.2...0.8), stream.uniform(0.2...0.8), stream.uniform(0.2...0.8)]
    var scalars: [Float] = []
    for channel in 0..<3 {
      for y in 0..<side {
        for x in 0..<side {
          let angle = horizontal * Float(x) + vertical * Float(y) + phase
          let turn = angle / 6.2831855
          let wave = abs((turn - turn.rounded(.down)) * 4 - 2) - 1
          scalars.append(min(max(tint[channel] + contrast * wave + stream.uniform(-0.1...0.1), 0), 1))
        }
      }
    }
    return Tensor(scalars, [1, 3, side, side])
  }
}
