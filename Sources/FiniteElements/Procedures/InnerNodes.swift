import LinearAlgebra

/// The inner modes of C3D8I as displacements of nodes of their own, three for each element.
///
/// Statically the modes follow the corners and are condensed (``IncompatibleModes``). In vibrations, in
/// buckling and in time they also have inertia and initial stresses, and are unknowns like all others, as
/// in CalculiX. The nodes lie at the origin, so that the corners alone shape the element.
enum InnerNodes {
  /// Replaces the gradients of the bubbles at the points by those that pass the patch test: with the
  /// Jacobian of the centre times the ratio of the determinants.
  static func evaluate(_ geometry: borrowing ElementGeometry, _ table: ElementTable) {
    let cofactors = IncompatibleModes.cofactorsOfCentre(geometry)
    let (gradients, volumes) = (geometry.gradients.view, geometry.volumes.view)
    let stride = ElementGeometry.stride(nodes: table.nodeCount)
    for point in 0..<table.pointCount {
      for bubble in 0..<3 {
        let node = table.kind.outerCount + bubble
        // The determinant of the centre cancels.
        let slope =
          table.gradients[3 * (table.nodeCount * point + node) + bubble] * table.weights[point]
          / volumes[point]
        let at = stride * point + 3 * node
        gradients[at] = slope * cofactors.0[bubble]
        gradients[at + 1] = slope * cofactors.1[bubble]
        gradients[at + 2] = slope * cofactors.2[bubble]
      }
    }
  }
}

extension Mesh {
  /// How many nodes there are besides those of inner modes, which come last.
  var outerNodeCount: Int {
    elementKinds.reduce(nodeCount) { $0 - ($1.nodeCount - $1.outerCount) }
  }

  /// The nodes of an element that others can share, or loads act on.
  func outerNodes(of element: Int) -> ArraySlice<Int> {
    nodes(of: element).prefix(elementKinds[element].outerCount)
  }

  /// The mesh with nodes for the inner modes behind all others.
  func withInnerNodes() -> Mesh {
    var (kinds, nodes) = (elementKinds, [Int]())
    var next = nodeCount
    for element in kinds.indices {
      nodes += self.nodes(of: element)
      guard kinds[element] == .c3d8i else { continue }
      kinds[element] = .bubble
      nodes += next..<(next + 3)
      next += 3
    }
    let (last, count) = (nodeLabels.last ?? 0, next - nodeCount)
    var mesh = Mesh(
      nodeLabels: nodeLabels + (0..<count).map { last + 1 + $0 },
      coordinates: coordinates + [Double](repeating: 0, count: 3 * count),
      elementLabels: elementLabels, elementKinds: kinds, connectivity: nodes)
    mesh.sectionTables = sectionTables
    return mesh
  }
}

extension Deck {
  /// The displacements of the inner nodes that follow the others statically, element by element.
  ///
  /// - Parameter heated: the elastic constants; nil where they do not depend on temperature.
  func innerDisplacements(following displacements: [Double], _ heated: ThermalState?) -> [Double] {
    var inner: [Double] = []
    let geometry = ElementGeometry()
    let local = Buffer(repeating: 0.0, count: 24)
    let scratch = Buffer(repeating: 0.0, count: 9)
    let workspace = ThermalState.Workspace()
    let laws = sections.map { StiffnessLaw($0.elasticity) }
    for element in 0..<mesh.elementCount where mesh.elementKinds[element] == .c3d8i {
      mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      _ = evaluate(geometry, mesh.table(of: element))
      mesh.load(displacements, of: element, into: local.view)
      let law = heated.map { StiffnessLaw($0.meanElasticity(of: element, workspace)) }
      IncompatibleModes.balance(
        geometry, law ?? laws[sectionOfElement[element]], displacements: local.view,
        scratch: scratch.view)
      inner += IncompatibleModes.amplitudes(geometry)
    }
    return inner
  }
}

extension AnalysisState {
  /// Takes in the inner nodes of a deck without them.
  mutating func addInnerNodes(to deck: Deck, _ heated: ThermalState?) {
    displacements += deck.innerDisplacements(following: displacements, heated)
    velocities += [Double](repeating: 0, count: displacements.count - velocities.count)
    temperatures += [Double](repeating: 0, count: displacements.count / 3 - temperatures.count)
    if !forces.isEmpty {
      forces += [Double](repeating: 0, count: displacements.count - forces.count)
    }
    prestress = prestress.map { state in
      let inner = deck.innerDisplacements(following: state.displacements, heated)
      return Prestress(displacements: state.displacements + inner, fields: state.fields)
    }
  }

  /// Leaves out the inner nodes behind `count` others.
  mutating func removeInnerNodes(behind count: Int) {
    displacements.removeLast(displacements.count - 3 * count)
    velocities.removeLast(velocities.count - 3 * count)
    temperatures.removeLast(temperatures.count - count)
    if !forces.isEmpty { forces.removeLast(forces.count - 3 * count) }
    prestress = prestress.map { state in
      Prestress(displacements: Array(state.displacements.prefix(3 * count)), fields: state.fields)
    }
  }
}

extension Frame {
  /// Leaves out the inner nodes behind `count` others.
  mutating func removeInnerNodes(behind count: Int) {
    guard displacements.count > 3 * count else { return }
    displacements = Array(displacements.prefix(3 * count))
    velocities = Array(velocities.prefix(3 * count))
    otherPart = Array(otherPart.prefix(3 * count))
    internalForces = Array(internalForces.prefix(3 * count))
    temperatures = Array(temperatures.prefix(count))
    heatFlows = Array(heatFlows.prefix(count))
  }
}
