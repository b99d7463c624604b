import Gradients
import Networks
import Synchronization
import Tensors
import TestWeights
import Testing

@Suite struct ProgramCacheTests {
  static func graph(_ outputs: Int) -> Graph {
    var graph = Graph()
    let x = graph.append(.convolution(3, 8, kernel: 3), .input, name: "conv")
    let y = graph.append(.flatten, graph.append(.relu, x, name: "relu"), name: "flatten")
    graph.append(.linear(inputs: 288, outputs: outputs, bias: true), y, name: "fc")
    return graph
  }

  static func key(_ outputs: Int, chunk: Int = 2, purpose: Purpose = .evaluation) -> ProgramCache.Key {
    ProgramCache.Key(
      graph: graph(outputs), input: ImageExtent(channels: 3, height: 8, width: 8), chunk: chunk, purpose: purpose)
  }

  static func network(
    _ outputs: Int, seed: UInt64, chunk: Int = 2, cache: ProgramCache = ProgramCache(capacity: 4)
  ) throws -> Network {
    let graph = graph(outputs)
    return try Network(
      graph: graph, parameters: Parameters(initializing: graph, seed: seed),
      input: ImageExtent(channels: 3, height: 8, width: 8), chunk: chunk,
      cache: cache)
  }

  @Test func networksOfOneArchitectureShareAProgram() throws {
    let graph = Self.graph(31)
    let images = Hashed.tensor("images", [5, 3, 8, 8])
    func network(_ seed: UInt64) throws -> Network {
      try Network(
        graph: graph, parameters: Parameters(initializing: graph, seed: seed), channels: 3, height: 8, width: 8,
        chunk: 2)
    }
    let (a, b) = (try network(1), try network(2))
    let alone = try a(images)
    #expect(try a.lease().sharesProgram(with: b.lease()))
    #expect(try b(images) != alone, "other weights")
    #expect(try a(images) == alone, "the weights stay apart")
    let trainable = try TrainableNetwork(
      graph: graph, parameters: a.parameters, channels: 3, height: 8, width: 8, chunk: 2)
    let frozen = try trainable.frozen()
    #expect(try frozen.lease().sharesProgram(with: a.lease()))
    #expect(try frozen(images) == alone)
    // Gradients that wait, of two networks in one program.
    let (x, y) = (Variable(leaf: images), Variable(leaf: images))
    let (p, q) = (try a(x), try b(y))
    let expected = try network(1)(x).gradient(of: x)
    #expect(try q.gradient(of: y) != expected)
    #expect(try p.gradient(of: x) == expected)
  }

  @Test func everyPartOfTheKeyCounts() throws {
    let cache = ProgramCache(capacity: 8)
    let lease = try cache.lease(Self.key(4))
    #expect(try cache.lease(Self.key(4)).sharesProgram(with: lease))
    for other in [Self.key(5), Self.key(4, chunk: 3), Self.key(4, purpose: .training(.frozen))] {
      #expect(try !cache.lease(other).sharesProgram(with: lease))
    }
    #expect(cache.count == 4)
  }

  @Test func evictsWhatWasUsedLongestAgo() throws {
    let cache = ProgramCache(capacity: 2)
    let held = try cache.lease(Self.key(4))
    _ = try cache.lease(Self.key(5))
    _ = try cache.lease(Self.key(4))
    _ = try cache.lease(Self.key(6))
    #expect(cache.count == 2)
    #expect([4, 5, 6].map { cache.keeps(Self.key($0)) } == [true, false, true])
    for outputs in 7..<12 { _ = try cache.lease(Self.key(outputs)) }
    #expect(cache.count == 2)
    #expect(!cache.keeps(Self.key(4)))
    // Who asks for it anew shares the one that is still in use.
    #expect(try cache.lease(Self.key(4)).sharesProgram(with: held))
    #expect(cache.keeps(Self.key(4)) && cache.count == 2)
  }

  @Test func evictionFreesFrames() throws {
    let images = Hashed.tensor("images", [6, 3, 8, 8])
    let cache = ProgramCache(capacity: 1)
    let network = try Self.network(4, seed: 1, cache: cache)
    let expected = try network(images)
    let lease = try network.lease()
    #expect(lease.restingFrames > 0)
    _ = try cache.lease(Self.key(5))
    #expect(lease.restingFrames == 0)
    #expect(try network(images) == expected)
  }

  @Test func idleProgramsKeepNoFrames() throws {
    let images = Hashed.tensor("images", [6, 3, 8, 8])
    let leaf = Variable(leaf: images)
    let cache = ProgramCache(capacity: 4)
    var network: Network? = try Self.network(4, seed: 1, cache: cache)
    _ = try network?(images)
    // A gradient that waits while its network goes.
    let waiting = try #require(try network?(leaf))
    network = nil
    let gradient = try waiting.gradient(of: leaf)
    // The program is found again, but without its frames.
    let lease = try Self.network(4, seed: 2, cache: cache).lease()
    #expect(cache.count == 1)
    #expect(lease.restingFrames == 0)
    #expect(try Self.network(4, seed: 1, cache: cache)(leaf).gradient(of: leaf) == gradient)
  }

  @Test func failuresAreNotKept() throws {
    let cache = ProgramCache(capacity: 2)
    var graph = Graph()
    graph.append(.convolution(4, 8, kernel: 3), .input, name: "conv")
    let key = ProgramCache.Key(
      graph: graph, input: ImageExtent(channels: 3, height: 8, width: 8), chunk: 2, purpose: .evaluation)
    for _ in 0..<2 { #expect(throws: NetworkError.self) { try cache.lease(key) } }
    #expect(cache.count == 0)
  }

  @Test func threadsShareOneCompilation() throws {
    let cache = ProgramCache(capacity: 4)
    let leases = Mutex<[ProgramLease]>([])
    try Workers.forEach(24) { index in
      let lease = try cache.lease(Self.key(4 + index % 3))
      leases.withLock { $0.append(lease) }
    }
    #expect(cache.count == 3)
    let all = leases.withLock { $0 }
    #expect(all.count == 24)
    let distinct = all.indices.count { i in all[..<i].allSatisfy { !$0.sharesProgram(with: all[i]) } }
    #expect(distinct == 3)
  }
}
