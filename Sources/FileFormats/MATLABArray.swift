/// A value of a MATLAB file: there, everything is an array.
public struct MATLABArray: Sendable, Equatable {
  /// Two or more; elements are in column-major order: the first axis is the fastest.
  public let extents: [Int]
  public let content: Content

  public enum Content: Sendable, Equatable {
    /// Real numbers, or complex ones with their imaginary parts.
    case numbers(MATLABNumbers, imaginary: MATLABNumbers?)
    case logicals([Bool])
    /// Characters: a string for each row. Of more than two axes, rows of the matrix with all others laid side by side.
    case text([String])
    case cells([MATLABArray])
    case structs(MATLABStructs)
  }

  init(extents: [Int], _ content: Content) {
    self.extents = extents
    self.content = content
  }

  /// The number of elements.
  public var count: Int { extents.contains(0) ? 0 : extents.reduce(1, *) }

  /// The text of one row of characters, or of none; nil for anything else.
  public var string: String? {
    guard case .text(let rows) = content, rows.count <= 1 else { return nil }
    return rows.first ?? ""
  }

  /// The whole number that this is, of whatever class; nil for anything else.
  public var integer: Int? {
    guard case .numbers(let numbers, imaginary: nil) = content, count == 1 else {
      if case .logicals(let values) = content, values.count == 1 { return values[0] ? 1 : 0 }
      return nil
    }
    return numbers.integer(at: 0)
  }

  /// The structs that this is an array of; nil for anything else.
  public var structs: MATLABStructs? {
    if case .structs(let structs) = content { structs } else { nil }
  }

  /// The cells that this is an array of; nil for anything else.
  public var cells: [MATLABArray]? {
    if case .cells(let cells) = content { cells } else { nil }
  }
}

/// An array of structs with the same fields.
public struct MATLABStructs: Sendable, Equatable {
  public let count: Int
  /// In the order of the file.
  public let fields: [String]
  /// Those of the first element in the order of the fields, then those of the second, and so on.
  private let values: [MATLABArray]

  init(count: Int, fields: [String], values: [MATLABArray]) {
    precondition(values.count == count * fields.count, "\(values.count) values of \(count) × \(fields.count) fields")
    self.count = count
    self.fields = fields
    self.values = values
  }

  /// The value of a field of an element; nil if there is no such field.
  public subscript(element: Int, field: String) -> MATLABArray? {
    precondition(element >= 0 && element < count, "element \(element) wanted of \(count)")
    return fields.firstIndex(of: field).map { values[element * fields.count + $0] }
  }
}
