/// What a PyTorch file holds.
public enum PyTorchValue: Sendable {
  indirect case tensor(PyTorchTensor)
  /// In the order of the file; no key is there twice.
  case dictionary([Pair])
  /// A list or a set.
  case list([PyTorchValue])
  case tuple([PyTorchValue])
  /// Also a device (`cuda:0`), and anything else that a file only names: a type (`torch.float32`), a class.
  case text(String)
  case integer(Int)
  /// Also an integer beyond 64 bits, which is rounded.
  case number(Double)
  case flag(Bool)
  case bytes([UInt8])
  case none

  public struct Pair: Sendable {
    public let key: PyTorchValue
    public let value: PyTorchValue
  }

  /// The value under a name of a dictionary, or under a place of a list or tuple, counted from 0; nil if there is none.
  public subscript(name: String) -> PyTorchValue? {
    switch self {
    case .dictionary(let pairs): pairs.first { $0.key.name == name }?.value
    case .list(let items), .tuple(let items):
      Int(name).flatMap { items.indices.contains($0) && String($0) == name ? items[$0] : nil }
    default: nil
    }
  }

  /// The names that the subscript knows of a dictionary, in the order of the file.
  public var names: [String] {
    if case .dictionary(let pairs) = self { pairs.compactMap(\.key.name) } else { [] }
  }

  /// What this is called as a key: texts and integers are names.
  var name: String? {
    switch self {
    case .text(let text): text
    case .integer(let integer): String(integer)
    default: nil
    }
  }

  /// Hands over every tensor with its path.
  /// - Throws: what `body` throws.
  func forEachTensor(
    at path: [String] = [], _ body: (_ path: [String], _ tensor: PyTorchTensor) throws -> Void
  ) rethrows {
    switch self {
    case .tensor(let tensor): try body(path, tensor)
    case .dictionary(let pairs):
      for pair in pairs { try pair.value.forEachTensor(at: path + [pair.key.name ?? "?"], body) }
    case .list(let items), .tuple(let items):
      for (place, item) in items.enumerated() { try item.forEachTensor(at: path + [String(place)], body) }
    case .text, .integer, .number, .flag, .bytes, .none: break
    }
  }
}

/// A tensor of a PyTorch file. Its numbers are still there: `PyTorchFile.tensor(_:)` reads them.
public struct PyTorchTensor: Sendable {
  public var extents: [Int] { view.extents }
  let view: PyTorchView
  let storage: PyTorchStorage
}
