internal import CDNNL

/// The library that networks run on; recorded with results, since its version decides bits.
public enum NetworkLibrary {
  public static var version: String {
    guard let version = dnnl_version()?.pointee else { return "unknown" }
    return "\(version.major).\(version.minor).\(version.patch)"
  }
}
