/// Reads pickles of protocols 2 to 5 as data: a machine with a stack, a memo, and no way to run anything.
///
/// Whatever a pickle would call is compared with a closed list (`PickleMachine+Calls.swift`); anything else ends the
/// reading with an error that names it.
struct PickleMachine {
  var bytes: PickleBytes
  /// Every collection that was made. Values refer to them by place, so that one may hold itself without any harm.
  var nodes: [PickleNode] = []
  var storages: [PyTorchStorageClaim] = []
  var storagePlaces: [String: Int] = [:]
  var tensors: [PyTorchTensorClaim] = []

  var stack: [PickleValue] = []
  /// How high the stack was at each mark that is still open.
  var marks: [Int] = []
  var memo: [Int: PickleValue] = [:]
  var pushes = 0

  /// More values than this are a lie. Each takes a byte of the file and, with the memo, a hundred of memory.
  static let maximumPushes = 1 << 22
  /// Names of modules, types, devices and storages are shorter.
  static let maximumName = 256
  private static let protocols: ClosedRange<UInt8> = 2...5

  init(_ bytes: PickleBytes) { self.bytes = bytes }

  /// The value that the pickle describes. What follows its end is left to the next.
  /// - Throws: `FileFormatError`.
  mutating func run() throws -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    guard try bytes.byte() == PickleOpcode.protocol.rawValue else {
      throw bytes.malformed("a pickle begins with its protocol")
    }
    try checkProtocol()
    while true {
      let code = try bytes.byte()
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw bytes.unsupported("the unknown instruction 0x\(String(code, radix: 16)) of a pickle")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  private mutating func checkProtocol() throws {
    let version = try bytes.byte()
    guard Self.protocols.contains(version) else {
      throw bytes.unsupported("a pickle of protocol \(version); \(Self.protocols.lowerBound) to 5 are")
    }
  }

  private mutating func execute(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .stop: break
    case .protocol: try checkProtocol()
    case .frame:
      let length = try bytes.length(UInt64.self)
      guard length <= bytes.remaining else {
        throw bytes.malformed("a frame of \(length) bytes is announced, and \(bytes.remaining) follow")
      }
    case .mark:
      try count(1)
      marks.append(stack.count)
    case .pop:
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .duplicate: try push(try top())
    case .none, .true, .false, .int32, .uint8, .uint16, .integerLine, .long1, .long4, .longLine, .float, .floatLine,
      .string, .shortString, .unicode, .shortUnicode, .unicode8, .bytes, .shortBytes, .bytes8, .byteArray8:
      try push(try literal(opcode))
    case .emptyList: try push(make(.list))
    case .emptyDictionary: try push(make(.dictionary))
    case .emptySet: try push(make(.set))
    case .emptyTuple: try push(make(.tuple))
    case .tuple1: try push(make(.tuple, try pop(1)))
    case .tuple2: try push(make(.tuple, try pop(2)))
    case .tuple3: try push(make(.tuple, try pop(3)))
    case .tuple: try push(make(.tuple, try popToMark()))
    case .list: try push(make(.list, try popToMark()))
    case .frozenSet: try push(make(.set, try popToMark()))
    case .dictionary: try push(make(.dictionary, try pairs(popToMark())))
    case .append: try extend(.list, by: try pop(1))
    case .appends: try extend(.list, by: try popToMark())
    case .addItems: try extend(.set, by: try popToMark())
    case .setItem: try extend(.dictionary, by: try pop(2))
    case .setItems: try extend(.dictionary, by: try pairs(popToMark()))
    case .memoize: try remember(memo.count)
    case .put: try remember(Int(try bytes.byte()))
    case .longPut: try remember(Int(try bytes.little(UInt32.self)))
    case .putLine: try remember(try index(bytes.line()))
    case .get: try push(try recalled(Int(bytes.byte())))
    case .longGet: try push(try recalled(Int(bytes.little(UInt32.self))))
    case .getLine: try push(try recalled(index(bytes.line())))
    case .global: try push(.global("\(try bytes.line()).\(try bytes.line())"))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw bytes.malformed("a name of a module is not a text")
      }
      guard module.utf8.count + name.utf8.count <= Self.maximumName else {
        throw bytes.malformed("a name of a module has more than \(Self.maximumName) bytes")
      }
      // Both may be recalled from the memo: the name takes memory that the file does not.
      try count(4)
      try push(.global("\(module).\(name)"))
    case .persistent: try push(try storage(try pop()))
    case .reduce, .newObject:
      let arguments = try pop()
      try push(try call(try pop(), arguments))
    case .newObjectWithNames: throw foreign(try pop(3)[0])
    case .object: throw foreign(try popToMark().first ?? .none)
    case .instance: throw foreign(.global("\(try bytes.line()).\(try bytes.line())"))
    case .build:
      let state = try pop()
      try build(try top(), state)
    }
  }
}
