/// The formats of files of numbers.
public enum FileFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  case npy
  case safetensors

  public var description: String { rawValue }
}
