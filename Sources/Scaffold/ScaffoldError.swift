/// What can keep a package from being written.
public enum ScaffoldError: Error, Hashable, CustomStringConvertible {
  case name(String, reason: String)
  /// The sources that the package would depend on are not there.
  case sources(String, reason: String)

  public var description: String {
    switch self {
    case .name(let name, let reason): "'\(name)' cannot name a plugin: \(reason)"
    case .sources(let place, let reason):
      "\(place): \(reason); say where gauntlet's sources are: --gauntlet FOLDER, or the URL of a git repository"
    }
  }
}
