public import Tensors

/// The size of images: [N, channels, height, width], values always in [0, 1].
public struct ImageSpec: Hashable, Sendable, Codable, CustomStringConvertible {
  public let channels: Int
  public let height: Int
  public let width: Int

  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  public func shape(_ count: Int) -> Shape { [count, channels, height, width] }
  public var description: String { "\(channels)×\(height)×\(width)" }
}

/// What images a metric takes.
public enum ImageRequirement: Hashable, Sendable, CustomStringConvertible {
  /// Any number of channels; sides of at least so many pixels.
  case any(minimumSide: Int)
  /// Any height and width of at least so many pixels, with so many channels.
  case channels(Int, minimumSide: Int)
  case exactly(ImageSpec)

  public func accepts(_ spec: ImageSpec) -> Bool {
    switch self {
    case .any(let side): min(spec.height, spec.width) >= side
    case .channels(let channels, let side): spec.channels == channels && min(spec.height, spec.width) >= side
    case .exactly(let wanted): spec == wanted
    }
  }

  public var description: String {
    switch self {
    case .any(let side): "images of at least \(side)×\(side)"
    case .channels(let channels, let side): "\(channels)-channel images of at least \(side)×\(side)"
    case .exactly(let spec): "\(spec) images"
    }
  }
}
