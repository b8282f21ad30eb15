import LinearAlgebra

/// The stiffness for small motions about a loaded state: that of the displaced body, the geometric
/// stiffness of its stresses, and the stiffness of loads that follow it.
///
/// With F = I + grad u of the state, the strain of a small motion v is sym(Fᵀ grad v)
/// [Dhondt, The Finite Element Method for Three-Dimensional Thermomechanical Applications, 2004,
/// ch. 3].
struct PrestressedStiffnessOperator: ElementOperator {
  let stiffness: StiffnessOperator
  let state: Prestress
  private let loads: LoadStiffness?
  private let heated: ThermalState?

  /// - Parameters:
  ///   - loads: the step whose pressures and centrifugal forces follow the motion.
  ///   - heated: the elastic constants where they depend on temperature.
  init(_ deck: Deck, _ state: Prestress, loads: Step?, heated: ThermalState?) {
    stiffness = StiffnessOperator(deck, thermal: heated)
    self.heated = heated
    self.state = state
    self.loads = loads.map { LoadStiffness(deck, $0, displacements: state.displacements) }
  }

  final class Workspace {
    let geometry = ElementGeometry()
    let linear: StiffnessOperator.Workspace
    let thermal = ThermalState.Workspace()
    let displacements = Buffer(repeating: 0.0, count: 81)
    let strains = Buffer(repeating: 0.0, count: 2 * 6 * 81)

    init(_ linear: StiffnessOperator.Workspace) { self.linear = linear }
  }

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace(stiffness.makeWorkspace()) }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    guard stiffness.fill(element, workspace.linear, into: matrix) else { return false }
    let deck = stiffness.deck
    let table = deck.mesh.table(of: element)
    deck.mesh.loadCoordinates(of: element, into: workspace.geometry.coordinates.view)
    guard evaluate(workspace.geometry, table) else { return false }
    addGeometricStiffness(
      workspace.geometry, table, stress: state.fields.stress,
      firstPoint: state.fields.starts[element], to: matrix)
    switch table.kind.formulation {
    case .standard, .uniformStrain, .innerNodes:
      deck.mesh.load(state.displacements, of: element, into: workspace.displacements.view)
      let mean = heated?.meanElasticity(of: element, workspace.thermal)
      for point in 0..<table.pointCount {
        let elasticity = mean ?? deck.section(ofPoint: point, of: element).elasticity
        addDisplaced(workspace, table, point, elasticity.matrix, to: matrix)
      }
    case .incompatibleModes:
      // The inner modes' share of F is left out with them: the state's rotation is small.
      break
    }
    loads?.add(element, workspace.geometry, table, to: matrix)
    return true
  }

  var discretes: [DiscreteMatrix] { stiffness.discretes }

  /// Adds volume (BᵀDB with F - BᵀDB with I) at a point.
  private func addDisplaced(
    _ workspace: Workspace, _ table: ElementTable, _ point: Int, _ elasticity: [Double],
    to matrix: MutableView<Double>
  ) {
    let count = 3 * table.nodeCount
    let strains = workspace.strains.view
    let gradient = displacementGradient(workspace, table, point)
    let zero = [SIMD3<Double>](repeating: SIMD3(), count: 3)
    let volume = workspace.geometry.volumes.view[point]
    for isDisplaced in [true, false] {
      fillStrains(workspace, table, point, isDisplaced ? gradient : zero)
      let factor = isDisplaced ? volume : -volume
      for column in 0..<count {
        for row in 0..<6 {
          var sum = 0.0
          for other in 0..<6 { sum += elasticity[6 * row + other] * strains[6 * column + other] }
          strains[6 * (81 + column) + row] = factor * sum
        }
      }
      for row in 0..<count {
        for column in 0..<count {
          var sum = 0.0
          for entry in 0..<6 {
            sum += strains[6 * row + entry] * strains[6 * (81 + column) + entry]
          }
          matrix[count * row + column] += sum
        }
      }
    }
  }

  /// Rows of grad u: derivatives of each displacement.
  private func displacementGradient(
    _ workspace: Workspace, _ table: ElementTable, _ point: Int
  ) -> [SIMD3<Double>] {
    let stride = ElementGeometry.stride(nodes: table.nodeCount)
    let (gradients, local) = (workspace.geometry.gradients.view, workspace.displacements.view)
    var rows = [SIMD3<Double>](repeating: SIMD3(), count: 3)
    for a in 0..<table.nodeCount {
      let at = stride * point + 3 * a
      let slope = SIMD3(gradients[at], gradients[at + 1], gradients[at + 2])
      for direction in 0..<3 { rows[direction] += local[3 * a + direction] * slope }
    }
    return rows
  }

  /// The strain xx yy zz xy xz yz (engineering shear) that each freedom causes, six for each.
  private func fillStrains(
    _ workspace: Workspace, _ table: ElementTable, _ point: Int, _ gradient: [SIMD3<Double>]
  ) {
    let stride = ElementGeometry.stride(nodes: table.nodeCount)
    let (gradients, strains) = (workspace.geometry.gradients.view, workspace.strains.view)
    for a in 0..<table.nodeCount {
      let at = stride * point + 3 * a
      let slope = SIMD3(gradients[at], gradients[at + 1], gradients[at + 2])
      for direction in 0..<3 {
        var row = gradient[direction]
        row[direction] += 1
        let place = 6 * (3 * a + direction)
        for axis in 0..<3 { strains[place + axis] = row[axis] * slope[axis] }
        strains[place + 3] = row.x * slope.y + row.y * slope.x
        strains[place + 4] = row.x * slope.z + row.z * slope.x
        strains[place + 5] = row.y * slope.z + row.z * slope.y
      }
    }
  }
}

/// The loaded state about which a body vibrates or buckles.
struct Prestress: Sendable {
  let displacements: [Double]
  let fields: PointFields
}
