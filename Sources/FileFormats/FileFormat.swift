/// The formats of files of numbers.
public enum FileFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  case npy
  case safetensors
  case gzip
  case zlib
  case idx = "IDX"
  case matlab = "MATLAB 5"
  case pytorch = "PyTorch"
  case csv = "CSV"

  public var description: String { rawValue }
}
