/// Ties the temperatures of expanded nodes to those of the nodes of the deck.
///
/// CalculiX manual, section "Expanding the 1d and 2d elements": the layers of plane elements are
/// equally warm; a prescribed temperature holds in all expanded nodes; what else acts on a node acts
/// on their mean; in a knot all are as warm as the node.
struct TemperatureTies {
  let structures: Structures
  let mesh: Mesh
  let place: Place

  /// Gives given and initial temperatures of nodes to the nodes that these were expanded to.
  ///
  /// - Parameter gradients: how they rise along a shell's normal or a beam's direction 2, and along a
  ///   beam's direction 1.
  func spread(_ temperatures: inout [Int: Double], _ gradients: [Int: SIMD2<Double>]) {
    for (node, value) in temperatures {
      for copy in copies(node, gradients[node]) { temperatures[copy.node] = value + copy.rise }
    }
  }

  func spread(_ temperatures: inout [Int: Prescribed], _ gradients: [Int: SIMD2<Double>]) {
    for (node, prescribed) in temperatures {
      for copy in copies(node, gradients[node]) {
        switch prescribed {
        case .held: temperatures[copy.node] = .held
        case .value(let value, let course):
          temperatures[copy.node] = .value(value + copy.rise, course)
        }
      }
    }
  }

  /// What a node was expanded to, and by how much it is warmer there.
  private func copies(_ node: Int, _ gradient: SIMD2<Double>?) -> [(node: Int, rise: Double)] {
    var copies: [(node: Int, rise: Double)] = []
    for place in structures.expansionsOf[node] ?? [] {
      let expanded = structures.expansions[place]
      for copy in expanded.nodes {
        let rise = gradient.map { self.rise($0, expanded, at: copy) * stretch(place, copy) }
        copies.append((copy, rise ?? 0))
      }
    }
    return copies
  }

  /// The corners of a round section are as warm as those of the square around it, as in CalculiX.
  private func stretch(_ place: Int, _ copy: Int) -> Double {
    let isCorner = copy - structures.expansions[place].first < 4
    return isCorner && structures.isRound(place) ? 2.0.squareRoot() : 1
  }

  private func rise(
    _ gradient: SIMD2<Double>, _ expanded: NodeExpansion, at copy: Int
  ) -> Double {
    let arm = mesh.position(of: copy) - mesh.position(of: expanded.node)
    guard expanded.kind.isLine else { return gradient.x * dot(arm, expanded.normal) }
    return gradient.x * dot(arm, expanded.second) + gradient.y * dot(arm, expanded.normal)
  }

  /// The ties of a step; freedoms are nodes.
  func constraints(of step: Step) -> [LinearConstraint] {
    var constraints: [LinearConstraint] = []
    var held: Set<Int> = []
    for expanded in structures.expansions where expanded.kind.isPlane {
      constraints += equal([expanded.bottom, expanded.top], to: expanded.middle)
    }
    for knot in structures.knots where held.insert(knot.node).inserted {
      constraints += equal(knot.followers, to: knot.node)
    }
    for node in step.prescribedTemperatures.keys.sorted() where held.insert(node).inserted {
      guard let expanded = expansion(of: node) else { continue }
      constraints += equal(governing(expanded), to: node)
    }
    for node in used(step) where held.insert(node).inserted {
      guard let expanded = expansion(of: node) else { continue }
      let nodes = expanded.kind.isPlane ? [expanded.middle] : mean(expanded)
      let terms = nodes.map { LinearConstraint.Term($0, 1) }
      constraints.append(
        LinearConstraint(terms + [.init(node, -Double(nodes.count))], place: place))
    }
    return constraints
  }

  private func expansion(of node: Int) -> NodeExpansion? {
    structures.expansionsOf[node]?.first.map { structures.expansions[$0] }
  }

  private func equal(_ nodes: [Int], to node: Int) -> [LinearConstraint] {
    nodes.map { LinearConstraint([.init($0, 1), .init(node, -1)], place: place) }
  }

  /// The expanded nodes that take a prescribed temperature.
  private func governing(_ expanded: NodeExpansion) -> [Int] {
    if expanded.kind.isPlane { return [expanded.middle] }
    return expanded.isWhole && !expanded.kind.isLine ? Array(expanded.nodes) : mean(expanded)
  }

  /// The expanded nodes whose mean is the node's temperature.
  private func mean(_ expanded: NodeExpansion) -> [Int] {
    expanded.kind.isLine
      ? (0..<4).map { expanded.first + $0 } : [expanded.bottom, expanded.top]
  }

  /// Nodes of the deck whose temperature something else uses: equations, heat flows, solids.
  private func used(_ step: Step) -> [Int] {
    var nodes = step.heatFlows.map(\.freedom)
    nodes += step.temperatureConstraints.flatMap { $0.terms.map(\.freedom) }
    for element in 0..<mesh.elementCount where structures.placeOf[element] == nil {
      nodes += mesh.nodes(of: element)
    }
    return Set(nodes).filter { structures.uses($0) }.sorted()
  }
}
