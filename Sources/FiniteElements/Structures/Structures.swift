/// What the solids of a mesh were before they were expanded, and how results are carried back.
package struct Structures: Sendable {
  package let elements: [StructuralElement]
  let expansions: [NodeExpansion]
  let expansionOf: [[Int]]
  let expansionsOf: [Int: [Int]]
  let knots: [Knot]
  /// The place among ``elements`` of an element of the mesh.
  let placeOf: [Int: Int]
  /// Forces on a model with axisymmetric elements are given for the whole ring, of which it is this
  /// part.
  let ringShare: Double
  /// What forces in `.frd` files are multiplied by: there they stand for the whole ring, unless the
  /// part of it is shown.
  var ringFactor: Double { 1 / ringShare }
  private let means: [Mean]

  /// How the value at a node of the deck follows from the expanded ones.
  private struct Mean: Sendable {
    let node: Int
    var weights: [(node: Int, weight: Double)] = []
    /// The expanded nodes whose forces add up to the node's.
    var forces: [Int] = []
  }

  init(_ expansion: StructureExpansion) {
    elements = expansion.elements
    expansions = expansion.expansions
    expansionOf = expansion.expansionOf
    expansionsOf = expansion.expansionsOf
    knots = expansion.knots
    placeOf = Dictionary(
      uniqueKeysWithValues: expansion.elements.enumerated().map { ($0.element.element, $0.offset) })
    ringShare = elements.contains { $0.kind.family == .axisymmetric } ? 1 / 180 : 1
    means = Self.means(expansion)
  }

  /// The type that an element of the mesh has in the deck; nil for solids.
  package func kind(of element: Int) -> StructuralKind? {
    placeOf[element].map { elements[$0].kind }
  }

  /// Whether an expansion is that of a round section.
  func isRound(_ expansion: Int) -> Bool {
    elements.indices.contains {
      elements[$0].profile == .circle && expansionOf[$0].contains(expansion)
    }
  }

  /// Whether a node of the deck belongs to a structural element.
  package func uses(_ node: Int) -> Bool { expansionsOf[node] != nil }

  private static func means(_ expansion: StructureExpansion) -> [Mean] {
    var means: [Int: Mean] = [:]
    var counts: [Int: Double] = [:]
    for (index, element) in expansion.elements.enumerated() {
      for (place, node) in element.nodes.enumerated() where expansion.expansionOf[index][place] >= 0
      {
        let expanded = expansion.expansions[expansion.expansionOf[index][place]]
        let isWhole = expanded.isWhole
        let (weights, forces) = contributions(expanded, isWhole: isWhole)
        counts[node, default: 0] += weights.reduce(0) { $0 + $1.weight }
        means[node, default: Mean(node: node)].weights += weights
        for force in forces where !means[node, default: Mean(node: node)].forces.contains(force) {
          means[node, default: Mean(node: node)].forces.append(force)
        }
      }
    }
    return means.keys.sorted().compactMap { node in
      guard var mean = means[node], let count = counts[node] else { return nil }
      mean.weights = mean.weights.map { ($0.node, $0.weight / count) }
      return mean
    }
  }

  /// - Parameter isWhole: whether the solid has all of the expanded nodes.
  private static func contributions(
    _ expanded: NodeExpansion, isWhole: Bool
  ) -> (weights: [(node: Int, weight: Double)], forces: [Int]) {
    if expanded.kind.isLine {
      // Each of the four counts as much as a whole shell does.
      let corners = (0..<4).map { (expanded.first + $0, 1.0) }
      return (corners, isWhole ? Array(expanded.nodes) : corners.map(\.0))
    }
    if isWhole {
      let weights = [1.0 / 6, 2.0 / 3, 1.0 / 6]
      return (zip(expanded.nodes, weights).map { ($0, $1) }, Array(expanded.nodes))
    }
    return ([(expanded.bottom, 0.5), (expanded.top, 0.5)], [expanded.bottom, expanded.top])
  }

  /// Gives nodal values, shape `[nodes, components]`, to the nodes of structural elements.
  func complete(_ values: inout [Double], components: Int) {
    guard !values.isEmpty else { return }
    for mean in means {
      for component in 0..<components {
        values[components * mean.node + component] = mean.weights.reduce(0) {
          $0 + $1.weight * values[components * $1.node + component]
        }
      }
    }
  }

  /// The frame with values at the nodes of structural elements, as it is to be printed.
  func completed(_ frame: Frame) -> Frame {
    var frame = frame
    collect(&frame.internalForces, components: 3)
    collect(&frame.heatFlows, components: 1)
    complete(&frame.displacements, components: 3)
    complete(&frame.velocities, components: 3)
    complete(&frame.temperatures, components: 1)
    complete(&frame.otherPart, components: 3)
    return frame
  }

  /// Gives nodal forces, shape `[nodes, components]`, to the nodes of structural elements: the sums
  /// over the expanded nodes.
  private func collect(_ values: inout [Double], components: Int) {
    guard !values.isEmpty else { return }
    for mean in means {
      for component in 0..<components {
        values[components * mean.node + component] = mean.forces.reduce(0) {
          $0 + values[components * $1 + component]
        }
      }
    }
  }
}
