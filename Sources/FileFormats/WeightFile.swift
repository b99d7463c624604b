public import Tensors

/// Named weights, whatever the format of their file: safetensors, or what `torch.save` wrote under any of its endings
/// (.pth, .pt, .bin, .pth.tar). The content tells the format, not the name.
///
/// A checkpoint of PyTorch may hold the weights in a dictionary of its own, next to an optimiser's state: the first of
/// `wrappers` that is there, at whatever depth, is what is read. Whatever is no tensor is passed over.
public struct WeightFile: Sendable {
  /// The path, for errors.
  public let path: String
  public var tensors: [String: Tensor]
  /// The free texts of safetensors; none in files of PyTorch.
  public let metadata: [String: String]

  /// Names under which checkpoints keep their weights.
  public static let usualWrappers = ["state_dict", "model_state_dict", "model", "teacher"]

  /// - Throws: `FileFormatError`; `missing` for a file of PyTorch without a tensor.
  public init(contentsOf path: String, wrappers: [String] = usualWrappers) throws {
    self.path = path
    let source = try ByteSource(contentsOf: path)
    let head = try source.read(0..<min(9, source.count))
    // A header of safetensors begins behind its length; neither a zip archive nor a pickle has a brace there.
    if head.last == UInt8(ascii: "{") || path.hasSuffix(".safetensors") {
      let file = try SafeTensors(source)
      (tensors, metadata) = (file.tensors, file.metadata)
      return
    }
    let file = try PyTorchFile(contentsOf: path)
    var place: [String] = []
    var value = file.value
    while let wrapper = wrappers.first(where: { if case .dictionary? = value[$0] { true } else { false } }),
      let inner = value[wrapper]
    {
      place.append(wrapper)
      value = inner
    }
    (tensors, metadata) = (try file.tensors(at: place), [:])
    guard !tensors.isEmpty else {
      throw FileFormatError.missing(file: path, name: "a tensor", known: value.names)
    }
  }

  /// Takes prefixes away that all names have, such as `module.` of `DataParallel`, in whatever order they are nested.
  public mutating func removeCommonPrefixes(_ prefixes: [String]) {
    while let prefix = prefixes.first(where: { prefix in tensors.keys.allSatisfy { $0.hasPrefix(prefix) } }),
      !tensors.isEmpty
    {
      tensors = Dictionary(tensors.map { (String($0.key.dropFirst(prefix.count)), $0.value) }) { first, _ in first }
    }
  }
}
