/// The network of LipSim (Ghazanfari et al., ICLR 2024): zero channels added to the image, SLL convolutions, two 4×4
/// average poolings that divide by 4, SLL linear layers, and the first coordinates of the result. Every part is
/// 1-Lipschitz in ℓ2, hence all of it.
public struct SLLNetwork: Hashable, Sendable {
  /// Convolution blocks, and their channels.
  public var depth: Int
  public var channels: Int
  /// Filters inside a convolution block.
  public var inner: Int
  /// Linear blocks, and the features inside.
  public var linearDepth: Int
  public var features: Int

  public init(depth: Int, channels: Int, inner: Int = 5, linearDepth: Int, features: Int) {
    self.depth = depth
    self.channels = channels
    self.inner = inner
    self.linearDepth = linearDepth
    self.features = features
  }

  /// For images of 32×32 and 64×64; not one of the published sizes.
  public static let tiny = SLLNetwork(depth: 6, channels: 64, linearDepth: 3, features: 256)
  public static let small = SLLNetwork(depth: 20, channels: 45, linearDepth: 7, features: 1024)
  public static let medium = SLLNetwork(depth: 30, channels: 60, linearDepth: 10, features: 2048)
  public static let large = SLLNetwork(depth: 50, channels: 90, linearDepth: 10, features: 2048)
  public static let xlarge = SLLNetwork(depth: 70, channels: 120, linearDepth: 15, features: 2048)

  /// Of a name such as "sll-20x45-7x1024"; nil for any other text, and for sizes that no computer holds.
  public init?(named name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "sll" else { return nil }
    let numbers = parts[1...].flatMap { $0.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) } }
    guard numbers.count == 4, let depth = numbers[0], let channels = numbers[1], let linear = numbers[2],
      let features = numbers[3], (0...1000).contains(depth), (3...4096).contains(channels),
      (0...1000).contains(linear), (1...1 << 16).contains(features)
    else { return nil }
    self.init(depth: depth, channels: channels, linearDepth: linear, features: features)
  }

  /// "sll-20x45-7x1024".
  public var name: String { "sll-\(depth)x\(channels)-\(linearDepth)x\(features)" }

  /// The graph for images of an extent; parameters `convs.{i}.kernel|bias|q` from 0 and `linear.{j}.weight|bias|q` from 1,
  /// as LipSim's checkpoints have them behind their prefix.
  public func graph(embedding: Int, normalization: Normalization, input: ImageExtent) -> Graph {
    var graph = Graph()
    var x = normalization.append(to: &graph)
    x = graph.append(.padChannels(to: channels), x, name: "padding")
    for index in 0..<depth {
      x = graph.append(.sllConvolution(channels: channels, inner: inner), x, name: "convs.\(index)")
    }
    for index in 1...2 {
      x = graph.append(
        .averagePool(size: Extent(4), stride: Extent(4), padding: Extent(0), countsPadding: true, divisor: 4), x,
        name: "pool\(index)")
    }
    x = graph.append(.flatten, x, name: "linear.0")
    let width = channels * (input.height / 4 / 4) * (input.width / 4 / 4)
    for index in 1..<linearDepth + 1 {
      x = graph.append(.sllLinear(features: width, inner: features), x, name: "linear.\(index)")
    }
    graph.append(.slice(0..<embedding), x, name: "truncation")
    return graph
  }
}
