/// What can be wrong with a recipe of distortions that somebody wrote.
public enum DistortionError: Error, Hashable, CustomStringConvertible {
  case unknownFamily(String, known: [String])
  case noFamily
  case repeatedFamily(String)
  /// The lower end of a range lies above its upper end.
  case emptyRange(minimum: String, maximum: String, Float, Float)

  public var description: String {
    switch self {
    case .unknownFamily(let name, let known):
      "unknown distortion '\(name)', expected a comma list of \(known.joined(separator: ", "))"
    case .noFamily: "no distortion is named, expected a comma list such as noise,blur,shift"
    case .repeatedFamily(let name): "distortion '\(name)' is named twice"
    case .emptyRange(let minimum, let maximum, let low, let high):
      "\(minimum) is \(low) and \(maximum) is \(high), expected \(minimum) to be the smaller one"
    }
  }
}
