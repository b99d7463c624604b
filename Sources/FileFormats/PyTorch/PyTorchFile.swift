public import Tensors

/// A file of `torch.save`: a pickle and the numbers of its tensors, read as data. Nothing in it is ever executed.
///
/// Zip archives (since PyTorch 1.6) and the format before them, pickles of protocols 2 to 5. Dictionaries, lists, texts,
/// numbers, tensors and parameters, scalars and arrays of NumPy are values; whatever else a file would call ends in an
/// error that names it: models and settings that were saved as objects, for example.
///
/// Every claim of the file is compared with it before memory is taken. Numbers are read when a tensor is asked for.
public struct PyTorchFile: Sendable {
  public let value: PyTorchValue
  private let source: ByteSource
  private let limit: Int

  /// - Parameter limit: how many bytes one call may take for tensors and their names; it may also take no more than 64 times what the file
  ///   has.
  /// - Throws: `FileFormatError`.
  public init(contentsOf path: String, limit: Int = 8 << 30) throws {
    try self.init(ByteSource(contentsOf: path), limit: limit)
  }

  /// Reads the content of a file; `name` is what errors call it.
  /// - Throws: `FileFormatError`.
  public init(decoding bytes: [UInt8], name: String, limit: Int = 8 << 30) throws {
    try self.init(ByteSource(bytes, name: name), limit: limit)
  }

  private init(_ source: ByteSource, limit: Int) throws {
    self.source = source
    self.limit = limit
    switch try PyTorchLayout(source) {
    case .archive: value = try PyTorchArchive.read(source)
    case .legacy: value = try PyTorchLegacy.read(source)
    }
  }

  /// The value under a path of names; the file's own for none.
  /// - Throws: `FileFormatError.missing`, which knows the names that are there.
  public func value(at path: [String]) throws -> PyTorchValue {
    try path.indices.reduce(value) { value, index in
      guard let next = value[path[index]] else {
        throw FileFormatError.missing(
          file: source.name, name: path[...index].joined(separator: "/"), known: value.names)
      }
      return next
    }
  }

  /// The numbers of a tensor as 32-bit floats, rounded to nearest. Infinities and NaN are values.
  /// - Throws: `FileFormatError`.
  public func tensor(_ tensor: PyTorchTensor) throws -> Tensor {
    var reading = PyTorchReading(source, limit: limit)
    return try reading.tensor(tensor)
  }

  /// All tensors below a path, by their names: those of nested dictionaries, and places of lists, are joined by dots.
  /// Whatever is no tensor is passed over. A tensor at the path itself has the path's last name; `tensor` for no path.
  /// - Throws: `FileFormatError`: `missing` for a path that is not there; two tensors of one name.
  public func tensors(at path: [String] = []) throws -> [String: Tensor] {
    var reading = PyTorchReading(source, limit: limit)
    var result: [String: Tensor] = [:]
    try value(at: path).forEachTensor { place, tensor in
      let name = place.isEmpty ? path.last ?? "tensor" : try reading.name(place)
      guard result.updateValue(try reading.tensor(tensor), forKey: name) == nil else {
        throw source.malformed("two tensors are called \(quoted(name))")
      }
    }
    return result
  }
}
