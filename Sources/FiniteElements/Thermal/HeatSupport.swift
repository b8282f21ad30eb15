/// Finds parts of a model whose steady temperature nothing determines.
struct HeatSupport {
  let deck: Deck
  let step: Step

  /// A node of a part without a prescribed temperature, film, radiation or constraint; nil when there
  /// is no such part.
  func undeterminedNode() -> Int? {
    let mesh = deck.mesh
    var parent = Array(0..<mesh.nodeCount)
    for element in 0..<mesh.elementCount {
      let nodes = mesh.nodes(of: element)
      for node in nodes.dropFirst() { Self.join(nodes[nodes.startIndex], node, &parent) }
    }
    for constraint in step.temperatureConstraints {
      for term in constraint.terms.dropFirst() {
        Self.join(constraint.terms[0].freedom, term.freedom, &parent)
      }
    }
    var held = Set<Int>()
    for node in step.prescribedTemperatures.keys { held.insert(Self.root(node, &parent)) }
    for load in step.heatLoads {
      switch load.kind {
      case .flux: continue
      case .film, .radiation:
        let nodes = mesh.nodes(of: load.element)
        held.insert(Self.root(nodes[nodes.startIndex], &parent))
      }
    }
    let isUsed = mesh.isUsed
    return (0..<mesh.nodeCount).first { isUsed[$0] && !held.contains(Self.root($0, &parent)) }
  }

  private static func root(_ node: Int, _ parent: inout [Int]) -> Int {
    var node = node
    while parent[node] != node {
      parent[node] = parent[parent[node]]
      node = parent[node]
    }
    return node
  }

  private static func join(_ one: Int, _ other: Int, _ parent: inout [Int]) {
    let (a, b) = (root(one, &parent), root(other, &parent))
    parent[max(a, b)] = min(a, b)
  }
}
