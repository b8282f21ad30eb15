import LinearAlgebra

/// The consistent mass of all elements: M_ab = integral of density N_a N_b, for each direction.
struct MassOperator: ElementOperator {
  /// How the mass is integrated.
  enum Rule: Sendable {
    /// As the stiffness, also where that rule is a reduced one: CalculiX in `*FREQUENCY`.
    case stiffness
    /// By ``ElementKind/massQuadrature``.
    case full
    /// By ``ElementKind/massQuadrature``, those that shells, membranes, beams and trusses became by the
    /// points of the stiffness: CalculiX in `*DYNAMIC`.
    case exact
  }

  let deck: Deck
  private let rule: Rule
  /// Rules of elements whose section has one of its own.
  private let sectionTables: [Int: MassTable]
  private let densities: [Double]
  /// Of sections whose density depends on temperature.
  private let variableDensities: [TemperatureTable?]
  /// By node.
  private let temperatures: [Double]

  /// - Parameter temperatures: by node, where densities may depend on them.
  init(_ deck: Deck, rule: Rule = .stiffness, temperatures: [Double] = []) {
    self.deck = deck
    self.temperatures = temperatures
    densities = deck.sections.map { $0.material.density ?? 0 }
    variableDensities = deck.sections.map { section in
      temperatures.isEmpty ? nil : section.material.densities.flatMap { $0.isConstant ? nil : $0 }
    }
    sectionTables = Dictionary(
      uniqueKeysWithValues: deck.mesh.sectionTables.map { element, table in
        let densities =
          deck.isLayered(element)
          ? (0..<table.pointCount).map { deck.density(ofPoint: $0, of: element) }
          : [Double](repeating: 1, count: table.pointCount)
        return (element, MassTable(table, times: densities))
      })
    self.rule = rule
  }

  final class Workspace {
    let coordinates = Buffer(repeating: 0.0, count: 60)
    /// Shape `[nodes, nodes]`.
    let shared = Buffer(repeating: 0.0, count: 400)
  }

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace() }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    let table = sectionTables[element] ?? self.table(of: element)
    deck.mesh.loadCoordinates(of: element, into: workspace.coordinates.view)
    let density = density(of: element)
    let shared = workspace.shared.view
    guard table.integrate(density, workspace.coordinates.view, into: shared) else { return false }
    let nodes = table.nodeCount
    for entry in 0..<(9 * nodes * nodes) { matrix[entry] = 0 }
    for a in 0..<nodes {
      for b in 0..<nodes {
        for direction in 0..<3 {
          matrix[3 * nodes * (3 * a + direction) + 3 * b + direction] = shared[nodes * a + b]
        }
      }
    }
    return true
  }

  private func table(of element: Int) -> MassTable {
    let kind = deck.mesh.elementKinds[element].rawValue
    switch rule {
    case .stiffness: return MassTable.reduced[kind]
    case .full: return MassTable.exact[kind]
    case .exact: return (deck.isStructural(element) ? MassTable.reduced : MassTable.exact)[kind]
    }
  }

  /// At the mean of the nodes' temperatures.
  ///
  /// Of elements in layers it is 1: the weights of their points have it.
  func density(of element: Int) -> Double {
    if deck.isLayered(element) { return 1 }
    let section = deck.sectionOfElement[element]
    guard let table = variableDensities[section] else { return densities[section] }
    let nodes = deck.mesh.outerNodes(of: element)
    let sum = nodes.reduce(0) { $0 + temperatures[$1] }
    return table.scalar(at: sum / Double(nodes.count))
  }

  var discretes: [DiscreteMatrix] {
    deck.discretes.filter { !$0.mass.isEmpty }
      .map { DiscreteMatrix(freedoms: $0.freedoms, values: $0.mass) }
  }
}

extension Deck {
  /// Whether an element stands for a shell, membrane, beam or truss.
  func isStructural(_ element: Int) -> Bool {
    switch structures?.kind(of: element)?.family {
    case .shell, .membrane, .beam, .truss: true
    case .planeStress, .planeStrain, .axisymmetric, nil: false
    }
  }
}

/// Shape functions at the points of a rule for the mass.
struct MassTable: Sendable {
  let nodeCount: Int
  private let weights: [Double]
  /// Shape `[points, nodes]`.
  private let basis: [Double]
  /// Shape `[points, nodes, 3]`.
  private let gradients: [Double]

  static let reduced = ElementKind.allCases.map { MassTable($0, $0.quadrature) }
  static let exact = ElementKind.allCases.map { MassTable($0, $0.massQuadrature) }

  /// The uniform strain hexahedron has its whole volume at its centre, by either rule.
  private init(_ kind: ElementKind, _ points: [QuadraturePoint]) {
    if kind.formulation == .uniformStrain {
      self.init(kind, Quadrature.hexahedron(2), basisAt: SIMD3())
    } else {
      self.init(kind, points, basisAt: nil)
    }
  }

  /// - Parameter basisAt: where to take the shape functions, nil at the points themselves.
  private init(
    _ kind: ElementKind, _ points: [QuadraturePoint], basisAt place: SIMD3<Double>?
  ) {
    nodeCount = kind.nodeCount
    weights = points.map(\.weight)
    basis = points.flatMap { kind.reference.basis(at: place ?? $0.position) }
    gradients = points.flatMap {
      kind.reference.gradient(at: $0.position).flatMap { [$0.x, $0.y, $0.z] }
    }
  }

  /// The points of a section's own rule.
  ///
  /// - Parameter factors: what the weights are multiplied by.
  init(_ table: ElementTable, times factors: [Double]) {
    nodeCount = table.nodeCount
    weights = zip(table.weights, factors).map { $0 * $1 }
    basis = table.basis
    gradients = table.gradients
  }

  /// Fills `mass`, shape `[nodes, nodes]`, with the integrals of density N_a N_b.
  ///
  /// - Returns: false when the Jacobian determinant is not positive at a point.
  func integrate(
    _ density: Double, _ coordinates: MutableView<Double>, into mass: MutableView<Double>
  ) -> Bool {
    for entry in 0..<(nodeCount * nodeCount) { mass[entry] = 0 }
    return basis.withView { basis in
      gradients.withView { gradients in
        for point in 0..<weights.count {
          let determinant = determinant(gradients, point, coordinates)
          guard determinant > 0, determinant.isFinite else { return false }
          let factor = density * weights[point] * determinant
          for a in 0..<nodeCount {
            let left = factor * basis[nodeCount * point + a]
            for b in 0..<nodeCount {
              mass[nodeCount * a + b] += left * basis[nodeCount * point + b]
            }
          }
        }
        return true
      }
    }
  }

  private func determinant(
    _ gradients: View<Double>, _ point: Int, _ coordinates: MutableView<Double>
  ) -> Double {
    var (rowX, rowY, rowZ) = (SIMD3<Double>(), SIMD3<Double>(), SIMD3<Double>())
    for a in 0..<nodeCount {
      let at = 3 * (nodeCount * point + a)
      let slope = SIMD3(gradients[at], gradients[at + 1], gradients[at + 2])
      rowX += coordinates[3 * a] * slope
      rowY += coordinates[3 * a + 1] * slope
      rowZ += coordinates[3 * a + 2] * slope
    }
    return dot(rowX, cross(rowY, rowZ))
  }
}
