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
  /// By node; empty where no density depends on them.
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
          ? (0..<table.pointCount).map { deck.density(ofPoint: $0, of: element, at: []) }
          : [Double](repeating: 1, count: table.pointCount)
        return (element, MassTable(table, times: densities))
      })
    self.rule = rule
  }

  final class Workspace {
    let coordinates = Buffer(repeating: 0.0, count: 60)
    /// Shape `[nodes, nodes]`.
    let shared = Buffer(repeating: 0.0, count: 400)
    /// By integration point.
    let densities = Buffer(repeating: 0.0, count: ElementTable.mostPoints)
  }

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace() }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    let table = sectionTables[element] ?? self.table(of: element)
    deck.mesh.loadCoordinates(of: element, into: workspace.coordinates.view)
    loadDensities(of: element, table, into: workspace.densities.view)
    let shared = workspace.shared.view
    guard
      table.integrate(workspace.densities.view, workspace.coordinates.view, into: shared)
    else { return false }
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

  /// Of elements in layers they are 1: the weights of their points have them.
  private func loadDensities(
    of element: Int, _ table: MassTable, into densities: MutableView<Double>
  ) {
    let section = deck.sectionOfElement[element]
    guard let variable = variableDensities[section], !deck.isLayered(element) else {
      let density = deck.isLayered(element) ? 1 : self.densities[section]
      for point in 0..<table.pointCount { densities[point] = density }
      return
    }
    let nodes = deck.mesh.nodes(of: element)
    for point in 0..<table.pointCount {
      densities[point] = variable.scalar(
        at: table.temperatures.value(point, nodes, temperatures))
    }
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
  /// How temperatures at the points follow from those of the nodes.
  let temperatures: PointTemperatures
  var pointCount: Int { weights.count }

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
    temperatures = PointTemperatures(kind, points.map { place ?? $0.position }, .inertial)
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
    temperatures = PointTemperatures.inertial[table.kind.rawValue]
  }

  /// Fills `mass`, shape `[nodes, nodes]`, with the integrals of density N_a N_b.
  ///
  /// - Parameter densities: by point.
  ///
  /// - Returns: false when the Jacobian determinant is not positive at a point.
  func integrate(
    _ densities: MutableView<Double>, _ coordinates: MutableView<Double>,
    into mass: MutableView<Double>
  ) -> Bool {
    for entry in 0..<(nodeCount * nodeCount) { mass[entry] = 0 }
    return basis.withView { basis in
      gradients.withView { gradients in
        for point in 0..<weights.count {
          let determinant = determinant(gradients, point, coordinates)
          guard determinant > 0, determinant.isFinite else { return false }
          let factor = densities[point] * weights[point] * determinant
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
