/// A value on the stack of a pickle. What can be shared, changed or contain itself lies in the machine's heap.
enum PickleValue {
  case none
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case bytes([UInt8])
  /// Something of a Python module by its full name. It stays a name: nothing is looked up, nothing is called.
  case global(String)
  /// Places in the machine's lists.
  case node(Int)
  case storage(Int)
  case tensor(Int)

  /// What errors call it.
  var kind: String {
    switch self {
    case .none: "None"
    case .flag: "a truth value"
    case .integer: "an integer"
    case .number: "a number"
    case .text: "a text"
    case .bytes: "bytes"
    case .global(let name): quoted(name)
    case .node: "a collection"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// A collection in the heap of a pickle.
struct PickleNode {
  enum Kind {
    case list, tuple, set
    /// Keys and values in turn.
    case dictionary
    /// NumPy's description of a type: its text (`f8`) and its byte order (`<`, `>`, `|`, `=`).
    case scalarType
    /// An array of NumPy that has not got its content yet.
    case emptyArray
    /// An array of NumPy: a single item, its tensor.
    case array
  }

  var kind: Kind
  var items: [PickleValue] = []
}

/// What a pickle says of a storage: the numbers of one or several tensors, which lie elsewhere in the file.
struct PyTorchStorageClaim: Equatable {
  let key: String
  /// Nil where it is bytes, and each tensor says what they are.
  let type: ScalarType?
  let byteCount: Int
}

/// What a pickle says of a tensor.
struct PyTorchTensorClaim {
  enum Content {
    /// A place in the machine's list of storages.
    case storage(Int)
    /// In the pickle itself, as arrays of NumPy are.
    case bytes([UInt8], isBigEndian: Bool)
  }

  let content: Content
  let view: PyTorchView
}
