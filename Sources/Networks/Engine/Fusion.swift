/// Nodes that run as one: a convolution or linear layer with what follows it, or one node of another kind.
struct Unit: Sendable {
  /// The node that does the work.
  let head: Int
  /// A batch norm behind a convolution.
  var norm: Int?
  /// A value that is added.
  var other: Int?
  var rectifies = false
  /// Its last node: the unit runs in this node's place, when everything it reads is there.
  var last: Int
  /// The value that it gives, by `Graph.Value.index`.
  var output: Int { last + 1 }

  /// The units of a graph in the order in which they run.
  static func all(of graph: Graph) -> [Unit] {
    var consumers = [[Int]](repeating: [], count: graph.nodes.count + 1)
    for (index, node) in graph.nodes.enumerated() { for input in node.inputs { consumers[input.index].append(index) } }
    var isTaken = [Bool](repeating: false, count: graph.nodes.count)
    var units: [Unit] = []
    for (head, node) in graph.nodes.enumerated() where !isTaken[head] {
      var unit = Unit(head: head, last: head)
      let isConvolution = if case .convolution = node.op { true } else { false }
      let isLinear = if case .linear = node.op { true } else { false }
      if isConvolution || isLinear {
        // Follow the value as long as one node alone reads it.
        while !unit.rectifies, consumers[unit.output].count == 1, let next = consumers[unit.output].first,
          !isTaken[next]
        {
          var isAbsorbed = true
          switch graph.nodes[next].op {
          case .batchNorm where isConvolution && unit.last == head: unit.norm = next
          case .add where isConvolution && unit.other == nil:
            let others = graph.nodes[next].inputs.map(\.index).filter { $0 != unit.output }
            // The later of two summands adds the earlier one.
            if let other = others.first, other < unit.output { unit.other = other } else { isAbsorbed = false }
          case .relu: unit.rectifies = true
          default: isAbsorbed = false
          }
          guard isAbsorbed else { break }
          isTaken[next] = true
          unit.last = next
        }
      }
      isTaken[head] = true
      units.append(unit)
    }
    return units.sorted { $0.last < $1.last }
  }
}
