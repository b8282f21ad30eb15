import LinearAlgebra

extension ThermalState {
  /// Adds the forces by degree of freedom with which the bodies push when all displacements are held:
  /// f_a = integral of grad N_a D eps_th [Zienkiewicz & Taylor, vol. 1, initial strains].
  func addForces(to forces: inout [Double]) {
    let workspace = Workspace()
    for element in 0..<deck.mesh.elementCount
    where deck.expands(element) {
      let points = points(of: element, workspace)
      let stresses = points.map { SIMD8($0.stress + [0, 0]) }
      deck.mesh.addBalance(of: stresses, element, workspace.geometry, to: &forces)
    }
  }

  /// Corrects stresses and internal forces that were computed from the total strain:
  /// sigma = D (eps - eps_th), D at each point's temperature.
  func correct(_ fields: inout PointFields, _ forces: inout [Double]) {
    let workspace = Workspace()
    fields.thermalStrain = [Double](repeating: 0, count: fields.strain.count)
    for element in 0..<deck.mesh.elementCount {
      var changes: [SIMD8<Double>] = []
      for (place, point) in points(of: element, workspace).enumerated() {
        let base = 6 * (fields.starts[element] + place)
        let strain = (0..<6).map { fields.strain[base + $0] - point.strain[$0] }
        let stress = point.elasticity.stress(ofTensor: strain)
        var change = SIMD8<Double>()
        for row in 0..<6 {
          change[row] = stress[row] - fields.stress[base + row]
          fields.stress[base + row] = stress[row]
          fields.thermalStrain[base + row] = point.strain[row]
        }
        changes.append(change)
      }
      deck.mesh.addBalance(of: changes, element, workspace.geometry, to: &forces)
    }
  }

  /// Adds what the stiffness of an element gains because its elastic constants vary:
  /// integral of Bᵀ (D - D_mean) B. Shape `[3 nodes, 3 nodes]`.
  func addVariation(
    of element: Int, _ workspace: Workspace, to matrix: MutableView<Double>
  ) {
    guard varies(within: element, workspace) else { return }
    let used = meanElasticity(of: element, workspace).tensor
    let differences = points(of: element, workspace).map { point in
      zip(point.elasticity.tensor, used).map { $0 - $1 }
    }
    let table = deck.mesh.table(of: element)
    deck.mesh.loadCoordinates(of: element, into: workspace.geometry.coordinates.view)
    guard evaluate(workspace.geometry, table) else { return }
    for (point, difference) in differences.enumerated() {
      difference.withView {
        addPoint(point, table.nodeCount, $0, workspace, to: matrix)
      }
    }
  }

  /// One point's share of the stiffness, C[i, k, j, l] grad_k N_a grad_l N_b for all pairs of nodes.
  private func addPoint(
    _ point: Int, _ nodes: Int, _ tensor: View<Double>, _ workspace: Workspace,
    to matrix: MutableView<Double>
  ) {
    let start = ElementGeometry.stride(nodes: nodes) * point
    let gradients = workspace.geometry.gradients.view
    let volume = workspace.geometry.volumes.view[point]
    let half = workspace.scratch.view
    for b in 0..<nodes {
      for j in 0..<3 {
        // half[i, k] = C[i, k, j, l] grad_l N_b
        for row in 0..<9 {
          var sum = 0.0
          for l in 0..<3 { sum += tensor[9 * row + 3 * j + l] * gradients[start + 3 * b + l] }
          half[row] = volume * sum
        }
        for a in 0..<nodes {
          for i in 0..<3 {
            var sum = 0.0
            for k in 0..<3 { sum += half[3 * i + k] * gradients[start + 3 * a + k] }
            matrix[3 * nodes * (3 * a + i) + 3 * b + j] += sum
          }
        }
      }
    }
  }
}
