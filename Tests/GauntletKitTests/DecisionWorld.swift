import Foundation
import GauntletKit
import Gradients
import Tensors

/// Two-class problems whose nearest broken image is known.
struct KnownProblem {
  struct Golden: Decodable {
    struct Case: Decodable {
      let image: [Float]
      let normal: [Float]
      let rise: Double
      let lengths: [String: Double]
    }
    let cases: [Case]
  }

  let image: Tensor
  let objective: ClassifierObjective
  /// The smallest norm of a perturbation that breaks it.
  let optimum: [ThreatModel.Norm: Double]

  /// z = (rise − ⟨w, x − x₀⟩, 0) for rises above 0, mirrored below: broken on the other side of a hyperplane.
  static func linear(_ one: Golden.Case) -> KnownProblem {
    let sign: Float = one.rise > 0 ? -1 : 1
    let weights = Variable(constant: Tensor([one.normal.map { sign * $0 }]))
    let start = zip(one.normal, one.image).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let offset = Float(abs(one.rise) - Double(sign) * start)
    return KnownProblem(
      image: Tensor(one.image, [1, 3, 2, 2]),
      objective: ClassifierObjective(labels: [0], classCount: 2) { images in
        let margin = productMatrix(images.reshaped([images.shape[0], 12]), weights) + offset
        return matrixProduct(margin, Variable(constant: Tensor([[1, 0]])))
      }, optimum: lengths(one))
  }

  /// z = (−‖x − a‖, −‖x − b‖), 1-Lipschitz each, a and b mirror images in the hyperplane: the same boundary, other slopes.
  static func distances(_ one: Golden.Case) -> KnownProblem {
    let square = one.normal.reduce(0.0) { $0 + Double($1) * Double($1) }
    // From x₀ the plane is at t·w; a lies behind x₀, b as far beyond the plane, and both off the line.
    let t = one.rise / square
    let aside: [Float] = (0..<12).map { $0 == 3 ? 0.8 : 0 }
    func point(_ share: Double) -> [Float] {
      zip(zip(one.image, one.normal), aside).map { Float(Double($0.0) + share * t * Double($0.1)) + $1 }
    }
    let centres = Tensor([point(-1), point(3)])
    return KnownProblem(
      image: Tensor(one.image, [1, 3, 2, 2]),
      objective: ClassifierObjective(labels: [0], classCount: 2) { images in
        -distanceMatrix(images.reshaped([images.shape[0], 12]), centres)
      }, optimum: lengths(one))
  }

  private static func lengths(_ one: Golden.Case) -> [ThreatModel.Norm: Double] {
    Dictionary(
      one.lengths.compactMap { name, value in ThreatModel.Norm(rawValue: name).map { ($0, value) } },
      uniquingKeysWith: { first, _ in first })
  }

  static func all() throws -> [KnownProblem] {
    try golden("hyperplanes", as: Golden.self).cases.flatMap { [linear($0), distances($0)] }
  }
}

/// The network and the pictures of Tests/Reference/torchattacks_small.py.
struct SmallNetwork: Decodable {
  struct Result: Decodable {
    let attack: String
    let norm: String
    let eps: Double
    let accuracy: Double
  }

  let classes: Int
  let side: Int
  let hidden: Int
  let labels: [Int]
  private let images: String
  private let weights: [String]
  let results: [Result]
  /// Runs of the library's APGD on the first pictures.
  let runs: [Run]

  struct Run: Decodable {
    let norm: String
    let eps: Double
    let start: String
    let right: [Bool]
    let found: String
  }

  static func unpacked(_ text: String, _ shape: Shape) -> Tensor {
    let data = Data(base64Encoded: text) ?? Data()
    return Tensor(data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }, shape)
  }

  var pictures: Tensor { Self.unpacked(images, [labels.count, 3, side, side]) }

  var objective: ClassifierObjective {
    let pixels = 3 * side * side
    let first = Variable(constant: Self.unpacked(weights[0], [hidden, pixels]))
    let bias = Variable(constant: Self.unpacked(weights[1], [hidden]))
    let second = Variable(constant: Self.unpacked(weights[2], [classes, hidden]))
    let offset = Variable(constant: Self.unpacked(weights[3], [classes]))
    return ClassifierObjective(labels: labels, classCount: classes) { images in
      let inner = productMatrix(images.reshaped([images.shape[0], pixels]), first).adding(row: bias).relu()
      return productMatrix(inner, second).adding(row: offset)
    }
  }
}
