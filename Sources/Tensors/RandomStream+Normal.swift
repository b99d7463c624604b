internal import Glibc

extension RandomStream {
  /// A draw of the standard normal distribution (Box–Muller, in double precision).
  public mutating func normal() -> Float {
    let radius = (-2 * log(1 - uniformDouble())).squareRoot()
    return Float(radius * cos(2 * Double.pi * uniformDouble()))
  }
}

extension Tensor {
  /// Independent draws of a normal distribution with mean 0.
  public init(normal shape: Shape, deviation: Float = 1, using stream: inout RandomStream) {
    var scalars = [Float](repeating: 0, count: shape.count)
    for i in scalars.indices { scalars[i] = deviation * stream.normal() }
    self.init(scalars, shape)
  }

  /// Independent uniform draws.
  public init(uniform shape: Shape, in range: ClosedRange<Float>, using stream: inout RandomStream) {
    var scalars = [Float](repeating: 0, count: shape.count)
    for i in scalars.indices { scalars[i] = stream.uniform(range) }
    self.init(scalars, shape)
  }
}
