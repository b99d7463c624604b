public import Tensors

/// A way to spoil an image, of a strength in [0, 1]; 0 changes (almost) nothing, 1 is the most that is sensible.
///
/// Within one family, two draws of equal strength are equally far from the original by construction: the same amount of
/// noise, the same distance of a shift, the same angle. Which noise, which direction, comes from the stream. Lengths grow
/// with the image's side, so a strength means the same at every size.
public enum Distortion: String, CaseIterable, Hashable, Sendable {
  /// Independent bell-shaped noise of deviation 0.25·strength.
  case noise
  /// A Gaussian blur of deviation 0.07·strength·side pixels: geometric mean of the two axes, whose ratio is random.
  case blur
  /// A round trip through baseline JPEG, 4:2:0, of quality 100 − 97·strength, rounded.
  case jpeg
  /// Quantised 8×8 cosine blocks, on a grid of random origin: like JPEG, without its files.
  case blocking
  /// Contrast lowered to 1 − 0.85·strength of what it was, around a random gray.
  case contrast
  /// A translation by 0.2·strength·side pixels in a random direction; borders are repeated.
  case shift
  /// A rotation by 50°·strength, to the left or to the right, about a point near the centre; borders are repeated.
  case rotation
  /// A smooth random displacement of root mean square 0.08·strength·side pixels.
  case warp
  /// A shift of all colours by 0.4·strength in a random direction of equal gray (of brightness, if there is one channel).
  case color
  /// A rectangle of strength·0.4 of the area, at a random place, in a random color.
  case occlusion

  /// The spoilt image: [C, H, W] in [0, 1] → the same, on whole multiples of 1/255.
  ///
  /// - Throws: what the JPEG codec throws (`jpeg` only).
  public func applied(to image: Tensor, strength: Float, using stream: inout RandomStream) throws -> Tensor {
    precondition(image.shape.rank == 3, "an image of [C, H, W] expected, got \(image.shape)")
    precondition((0...1).contains(strength), "a strength in [0, 1] expected, got \(strength)")
    var planes = Planes(image)
    switch self {
    case .noise: planes.addNoise(deviation: 0.25 * strength, using: &stream)
    case .blur: planes.blur(deviation: 0.07 * strength * planes.side, using: &stream)
    case .jpeg: return try image.throughJPEG(quality: Distortion.quality(of: strength))
    case .blocking: planes.quantizeBlocks(strength: strength, using: &stream)
    case .contrast: planes.lowerContrast(to: 1 - 0.85 * strength, using: &stream)
    case .shift: planes.shift(by: 0.2 * strength * planes.side, using: &stream)
    case .rotation: planes.rotate(turns: strength * 50 / 360, using: &stream)
    case .warp: planes.warp(by: 0.08 * strength * planes.side, using: &stream)
    case .color: planes.shiftColor(by: 0.4 * strength, using: &stream)
    case .occlusion: planes.occlude(share: 0.4 * strength, using: &stream)
    }
    return planes.quantized()
  }

  /// The JPEG quality that stands for a strength, and back.
  static func quality(of strength: Float) -> Int { min(max(Int((100 - 97 * strength).rounded()), 1), 100) }
  static func strength(ofQuality quality: Int) -> Float { Float(100 - quality) / 97 }
}
