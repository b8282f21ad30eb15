import LinearAlgebra

/// The geometric stiffness of stresses: integral of (grad N_a · stress grad N_b) for each direction
/// [Zienkiewicz, Taylor, The Finite Element Method for Solid and Structural Mechanics, initial stress
/// matrix].
struct GeometricStiffnessOperator: ElementOperator {
  let deck: Deck
  let fields: PointFields

  final class Workspace {
    let geometry = ElementGeometry()
  }

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace() }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    let table = deck.mesh.table(of: element)
    deck.mesh.loadCoordinates(of: element, into: workspace.geometry.coordinates.view)
    guard evaluate(workspace.geometry, table) else { return false }
    for entry in 0..<(9 * table.nodeCount * table.nodeCount) { matrix[entry] = 0 }
    addGeometricStiffness(
      workspace.geometry, table, stress: fields.stress,
      firstPoint: fields.starts[element], to: matrix)
    return true
  }

  var discretes: [DiscreteMatrix] { [] }
}

/// Adds an element's geometric stiffness to a matrix of shape `[3 nodes, 3 nodes]`.
func addGeometricStiffness(
  _ geometry: borrowing ElementGeometry, _ table: ElementTable, stress: [Double], firstPoint: Int,
  to matrix: MutableView<Double>
) {
  let nodes = table.nodeCount
  let stride = ElementGeometry.stride(nodes: nodes)
  let (gradients, volumes) = (geometry.gradients.view, geometry.volumes.view)
  stress.withView { stress in
    for point in 0..<table.pointCount {
      let at = 6 * (firstPoint + point)
      let rowX = volumes[point] * SIMD3(stress[at], stress[at + 3], stress[at + 4])
      let rowY = volumes[point] * SIMD3(stress[at + 3], stress[at + 1], stress[at + 5])
      let rowZ = volumes[point] * SIMD3(stress[at + 4], stress[at + 5], stress[at + 2])
      for a in 0..<nodes {
        let place = stride * point + 3 * a
        let flow =
          gradients[place] * rowX + gradients[place + 1] * rowY + gradients[place + 2] * rowZ
        for b in 0..<nodes {
          let other = stride * point + 3 * b
          let value =
            flow.x * gradients[other] + flow.y * gradients[other + 1]
            + flow.z * gradients[other + 2]
          for direction in 0..<3 {
            matrix[3 * nodes * (3 * a + direction) + 3 * b + direction] += value
          }
        }
      }
    }
  }
}
