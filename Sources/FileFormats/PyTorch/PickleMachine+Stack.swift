/// The stack, the memo and the heap.
extension PickleMachine {
  /// A new collection.
  mutating func make(_ kind: PickleNode.Kind, _ items: [PickleValue] = []) -> PickleValue {
    nodes.append(PickleNode(kind: kind, items: items))
    return .node(nodes.count - 1)
  }

  /// Counts values before they are made.
  /// - Throws: `FileFormatError.malformed` where they are too many.
  mutating func count(_ more: Int) throws {
    pushes += more
    guard pushes <= Self.maximumPushes else {
      throw bytes.malformed("a pickle makes more than \(Self.maximumPushes) values")
    }
  }

  mutating func push(_ value: PickleValue) throws {
    try count(1)
    stack.append(value)
  }

  /// How many values lie above the last mark.
  var available: Int { stack.count - (marks.last ?? 0) }

  func top() throws -> PickleValue {
    guard available > 0, let value = stack.last else { throw bytes.malformed("a pickle takes more than it made") }
    return value
  }

  mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard available >= count else { throw bytes.malformed("a pickle takes more than it made") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw bytes.malformed("a pickle goes back to a mark that is not there") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  func pairs(_ items: [PickleValue]) throws -> [PickleValue] {
    guard items.count.isMultiple(of: 2) else { throw bytes.malformed("a dictionary has a key without a value") }
    return items
  }

  mutating func extend(_ kind: PickleNode.Kind, by items: [PickleValue]) throws {
    guard case .node(let place) = try top(), nodes[place].kind == kind else {
      throw bytes.malformed("something is added to \(try top().kind), expected a \(kind)")
    }
    nodes[place].items += items
  }

  mutating func remember(_ place: Int) throws {
    try count(1)
    memo[place] = try top()
  }

  func recalled(_ place: Int) throws -> PickleValue {
    guard let value = memo[place] else { throw bytes.malformed("value \(place) is recalled before it is remembered") }
    return value
  }

  func index(_ line: String) throws -> Int {
    guard let index = Int(line), index >= 0 else { throw bytes.malformed("\(quoted(line)) is no place") }
    return index
  }
}
