/// Finds parts of a model whose steady temperature nothing determines.
struct HeatSupport {
  let deck: Deck
  let step: Step

  /// A node of a part without a prescribed temperature, film, radiation or constraint; nil when there
  /// is no such part.
  func undeterminedNode() -> Int? {
    let mesh = deck.mesh
    var parts = DisjointSets(count: mesh.nodeCount)
    for element in 0..<mesh.elementCount {
      let nodes = mesh.nodes(of: element)
      for node in nodes.dropFirst() { parts.join(nodes[nodes.startIndex], node) }
    }
    for constraint in step.temperatureConstraints {
      for term in constraint.terms.dropFirst() {
        parts.join(constraint.terms[0].freedom, term.freedom)
      }
    }
    var held = Set<Int>()
    for node in step.prescribedTemperatures.keys { held.insert(parts.root(node)) }
    for load in step.heatLoads {
      switch load.kind {
      case .flux: continue
      case .film, .radiation:
        let nodes = mesh.nodes(of: load.element)
        held.insert(parts.root(nodes[nodes.startIndex]))
      }
    }
    let isUsed = mesh.isUsed
    return (0..<mesh.nodeCount).first { isUsed[$0] && !held.contains(parts.root($0)) }
  }
}
