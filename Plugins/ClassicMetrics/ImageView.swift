/// One image in memory that somebody else keeps alive: C planes of H rows of W values.
struct ImageView {
  let values: UnsafeBufferPointer<Float>
  let channels: Int
  let height: Int
  let width: Int

  var planeSize: Int { height * width }
}

/// Which planes structural similarity looks at.
enum ComparedPlanes: String, CaseIterable {
  /// Every channel by itself, then the mean over channels.
  case rgb
  /// 0.299 R + 0.587 G + 0.114 B.
  case luma

  static let weights = [0.299, 0.587, 0.114]

  func count(of image: ImageView) -> Int { self == .luma ? 1 : image.channels }

  /// The planes, in double precision, one after another.
  func planes(of image: ImageView) -> [Double] {
    switch self {
    case .rgb: return image.values.map { Double($0) }
    case .luma:
      let size = image.planeSize
      let (red, green, blue) = (ComparedPlanes.weights[0], ComparedPlanes.weights[1], ComparedPlanes.weights[2])
      return (0..<size).map { i in
        red * Double(image.values[i]) + green * Double(image.values[size + i]) + blue
          * Double(image.values[2 * size + i])
      }
    }
  }

  /// Writes `weight` times the gradient with respect to the image, given the one with respect to the planes.
  func write(
    _ gradient: [Double], times weight: Double, of image: ImageView, to target: UnsafeMutableBufferPointer<Float>
  ) {
    switch self {
    case .rgb: for i in target.indices { target[i] = Float(weight * gradient[i]) }
    case .luma:
      let size = image.planeSize
      for channel in 0..<3 {
        for i in 0..<size {
          target[channel * size + i] = Float(weight * ComparedPlanes.weights[channel] * gradient[i])
        }
      }
    }
  }
}
