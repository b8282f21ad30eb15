import LinearAlgebra

/// The consistent mass of all elements: integral of density N_a N_b for each direction.
///
/// Integrated with the rule of the element's stiffness, also where that is a reduced one, as
/// CalculiX does; inner modes carry no mass.
struct MassOperator: ElementOperator {
  let deck: Deck
  private let densities: [Double]

  init(_ deck: Deck) {
    self.deck = deck
    densities = deck.sections.map { $0.material.density ?? 0 }
  }

  final class Workspace {
    let geometry = ElementGeometry()
  }

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace() }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    let table = ElementTable.all[deck.mesh.elementKinds[element].rawValue]
    deck.mesh.loadCoordinates(of: element, into: workspace.geometry.coordinates.view)
    guard evaluate(workspace.geometry, table) else { return false }
    let (nodes, points) = (table.nodeCount, table.pointCount)
    let volumes = workspace.geometry.volumes.view
    let density = densities[deck.sectionOfElement[element]]
    for entry in 0..<(9 * nodes * nodes) { matrix[entry] = 0 }
    table.basis.withView { basis in
      for a in 0..<nodes {
        for b in 0...a {
          var sum = 0.0
          for point in 0..<points {
            sum += volumes[point] * basis[nodes * point + a] * basis[nodes * point + b]
          }
          for direction in 0..<3 {
            matrix[3 * nodes * (3 * a + direction) + 3 * b + direction] = density * sum
            matrix[3 * nodes * (3 * b + direction) + 3 * a + direction] = density * sum
          }
        }
      }
    }
    return true
  }

  var discretes: [DiscreteMatrix] {
    deck.discretes.filter { !$0.mass.isEmpty }
      .map { DiscreteMatrix(freedoms: $0.freedoms, values: $0.mass) }
  }
}
