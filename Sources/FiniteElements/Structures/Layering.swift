/// How result files show composite shells: a solid of its own for each layer, between nodes of its own.
///
/// As in CalculiX's `.frd` file. Displacements of these nodes are those of the one solid that stands for all
/// layers; stresses are those of their layer alone, so that they may jump between two.
package struct Layering: Sendable {
  /// The mesh with a solid for each layer in place of the layered ones; the nodes of layers stand behind all
  /// others, so that labels do not ascend.
  package private(set) var mesh: Mesh
  /// The section of each element of ``mesh``.
  private(set) var sectionOfElement: [Int] = []
  /// The nodes of layers.
  private(set) var nodes: [Node] = []
  /// How many nodes stand before them.
  private let ownCount: Int
  private var layers: [ShownLayer] = []

  /// A node of a layer.
  struct Node: Sendable {
    /// The node of the deck that it belongs to.
    let origin: Int
    let label: Int
    /// The nodes of the solid from which its displacement follows.
    let sources: [(node: Int, weight: Double)]
  }

  /// A layer of an element, and the places of its nodes among ``nodes``.
  private struct ShownLayer: Sendable {
    let element: Int
    let kind: ElementKind
    /// Of the layer in the element.
    let number: Int
    let nodes: [Int]
  }

  /// Nil where no element has layers.
  init?(_ deck: Deck, _ structures: Structures) {
    guard !deck.laminates.isEmpty else { return nil }
    mesh = deck.mesh
    ownCount = deck.mesh.nodeCount
    var elements: [(label: Int, kind: ElementKind, nodes: [Int])] = []
    var places: [Int: Int] = [:]
    var lastLabel = deck.mesh.elementLabels.last ?? 0
    for element in 0..<deck.mesh.elementCount {
      let kind = deck.mesh.elementKinds[element]
      guard let laminate = deck.laminates[element], let place = structures.placeOf[element],
        let heights = structures.elements[place].layers?.heights
      else {
        elements.append(
          (deck.mesh.elementLabels[element], kind, Array(deck.mesh.nodes(of: element))))
        sectionOfElement.append(deck.sectionOfElement[element])
        continue
      }
      let expansions = structures.expansionOf[place].map { structures.expansions[$0] }
      for (number, layer) in heights.enumerated() {
        let solid = deck.mesh.nodes(of: element)
        let own = zip(Self.corners(kind), kind.reference.nodes).map { corner, local -> Int in
          let expansion = expansions[corner.local]
          let label = deck.mesh.nodeLabels[expansion.first] + 3 + 3 * number + corner.side
          if let known = places[label] { return known }
          places[label] = nodes.count
          var place = local
          place.z = layer.height(local.z)
          let sources = zip(solid, kind.reference.basis(at: place)).map { (node: $0, weight: $1) }
          nodes.append(
            Node(
              origin: expansion.node, label: label, sources: sources.filter { $0.weight != 0 }))
          return nodes.count - 1
        }
        lastLabel += 1
        elements.append((lastLabel, kind, own.map { ownCount + $0 }))
        sectionOfElement.append(laminate.sections[number])
        layers.append(ShownLayer(element: element, kind: kind, number: number, nodes: own))
      }
    }
    mesh = Mesh(
      nodeLabels: deck.mesh.nodeLabels + nodes.map(\.label),
      coordinates: deck.mesh.coordinates + interpolated(deck.mesh.coordinates, components: 3),
      elementLabels: elements.map(\.label), elementKinds: elements.map(\.kind),
      connectivity: elements.flatMap(\.nodes))
  }

  /// For each node of a solid: the node of the shell from which it was expanded, and whether it is at the
  /// bottom (0), in the middle or at the top (2).
  private static func corners(_ kind: ElementKind) -> [(local: Int, side: Int)] {
    let corners = kind.cornerCount / 2
    return kind.reference.nodes.indices.map { node in
      if node < 2 * corners { return (node % corners, node < corners ? 0 : 2) }
      let middle = node - 2 * corners
      guard middle < 2 * corners else { return (middle - 2 * corners, 1) }
      return (corners + middle % corners, middle < corners ? 0 : 2)
    }
  }
}

// MARK: - Fields

extension Layering {
  /// A nodal field with the values of the nodes of layers behind it, as the displacements run.
  func extended(_ field: [Double], components: Int) -> [Double] {
    field.isEmpty ? field : field + interpolated(field, components: components)
  }

  /// A nodal field that the nodes of layers have no part in.
  func padded(_ field: [Double], components: Int) -> [Double] {
    field.isEmpty ? field : field + [Double](repeating: 0, count: components * nodes.count)
  }

  private func interpolated(_ field: [Double], components: Int) -> [Double] {
    nodes.flatMap { node in
      (0..<components).map { component in
        node.sources.reduce(0) { $0 + $1.weight * field[components * $1.node + component] }
      }
    }
  }

  /// Values at the nodes of layers: those at the points of each layer, extrapolated and averaged over the
  /// elements that share the layer.
  ///
  /// - Parameters:
  ///   - values: at the integration points, shape `[points, components]`.
  ///   - starts: the first point of each element.
  func nodal(_ values: [Double], components: Int, starts: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: components * nodes.count)
    var counts = [Double](repeating: 0, count: nodes.count)
    for layer in layers {
      let fits = Layer.fits[layer.kind == .c3d15 ? 1 : 0]
      let first = starts[layer.element] + layer.number * (fits.first?.count ?? 0)
      for (node, fit) in zip(layer.nodes, fits) {
        counts[node] += 1
        for (point, weight) in fit.enumerated() {
          for component in 0..<components {
            sums[components * node + component] +=
              weight * values[components * (first + point) + component]
          }
        }
      }
    }
    for node in nodes.indices {
      for component in 0..<components { sums[components * node + component] /= counts[node] }
    }
    return sums
  }
}
