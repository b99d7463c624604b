/// A file that may be fetched.
public struct RemoteFile: Sendable, Equatable {
  /// What its first bytes must look like.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case gzip, zip, pytorch, matlab, text, any
  }

  /// How its content is known beforehand.
  public enum Pin: Sendable, Equatable {
    /// The whole SHA-256, 64 hexadecimal digits.
    case sha256(String)
    /// Its first digits, as torchvision puts them into the names of its files; at least 8.
    case sha256Prefix(String)
    /// Nothing is known: the first fetch decides, and is kept in the lock file.
    case firstUse

    /// Whether a digest agrees; true where nothing is known.
    func accepts(_ digest: String) -> Bool {
      switch self {
      case .sha256(let whole): digest == whole
      case .sha256Prefix(let start): digest.hasPrefix(start)
      case .firstUse: true
      }
    }
  }

  /// Its path below the download's folder.
  public let name: String
  /// Addresses in the order in which they are tried; empty if there is none that needs no click.
  public let mirrors: [String]
  /// In bytes; nil if it is not known exactly.
  public let size: Int?
  public let pin: Pin
  /// Who says so.
  public let pinnedBy: String
  public let kind: Kind
  /// How to get it by hand: where there is no address, or when none works.
  public let instructions: String

  public init(
    _ name: String, from mirrors: [String], size: Int? = nil, pin: Pin = .firstUse, pinnedBy: String = "",
    kind: Kind = .any, instructions: String = ""
  ) {
    self.name = name
    self.mirrors = mirrors
    self.size = size
    self.pin = pin
    self.pinnedBy = pinnedBy
    self.kind = kind
    self.instructions = instructions
  }
}

extension RemoteFile: Codable {
  private enum Key: String, CodingKey {
    case name, mirrors, size, sha256, sha256Prefix, pinnedBy, kind, instructions
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    name = try values.decode(String.self, forKey: .name)
    mirrors = try values.decodeIfPresent([String].self, forKey: .mirrors) ?? []
    size = try values.decodeIfPresent(Int.self, forKey: .size)
    if let whole = try values.decodeIfPresent(String.self, forKey: .sha256) {
      pin = .sha256(whole.lowercased())
    } else if let start = try values.decodeIfPresent(String.self, forKey: .sha256Prefix) {
      pin = .sha256Prefix(start.lowercased())
    } else {
      pin = .firstUse
    }
    pinnedBy = try values.decodeIfPresent(String.self, forKey: .pinnedBy) ?? ""
    kind = try values.decodeIfPresent(Kind.self, forKey: .kind) ?? .any
    instructions = try values.decodeIfPresent(String.self, forKey: .instructions) ?? ""
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(name, forKey: .name)
    try values.encode(mirrors, forKey: .mirrors)
    try values.encodeIfPresent(size, forKey: .size)
    switch pin {
    case .sha256(let whole): try values.encode(whole, forKey: .sha256)
    case .sha256Prefix(let start): try values.encode(start, forKey: .sha256Prefix)
    case .firstUse: break
    }
    try values.encode(pinnedBy, forKey: .pinnedBy)
    try values.encode(kind, forKey: .kind)
    try values.encode(instructions, forKey: .instructions)
  }
}
