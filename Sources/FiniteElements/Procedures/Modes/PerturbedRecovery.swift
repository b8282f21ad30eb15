import LinearAlgebra

extension Prestress {
  /// Takes into account that a small motion begins from a displaced body: its strain is
  /// sym(Fᵀ grad v), not sym grad v.
  ///
  /// - Parameters:
  ///   - frame: the linear result for the motion v; stresses, strains and forces change.
  ///   - heated: the elastic constants where they depend on temperature.
  func correct(_ frame: inout Frame, _ deck: Deck, _ heated: ThermalState?) {
    let workspace = ThermalState.Workspace()
    let geometry = ElementGeometry()
    let local = Buffer(repeating: 0.0, count: 81)
    let motion = Buffer(repeating: 0.0, count: 81)
    let push = Buffer(repeating: 0.0, count: 81)
    for element in 0..<deck.mesh.elementCount {
      let table = deck.mesh.table(of: element)
      guard table.kind.formulation != .incompatibleModes else { continue }
      deck.mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      guard evaluate(geometry, table) else { continue }
      deck.mesh.load(displacements, of: element, into: local.view)
      deck.mesh.load(frame.displacements, of: element, into: motion.view)
      for entry in 0..<(3 * table.nodeCount) { push.view[entry] = 0 }
      let mean = heated?.meanElasticity(of: element, workspace)
      for point in 0..<table.pointCount {
        let elasticity = mean ?? deck.section(ofPoint: point, of: element).elasticity
        correct(
          &frame.fields, at: frame.fields.starts[element] + point, elasticity.matrix,
          PointMotion(geometry, table, point, local.view, motion.view), push.view)
      }
      deck.mesh.add(push.view, of: element, to: &frame.internalForces)
    }
  }

  private func correct(
    _ fields: inout PointFields, at place: Int, _ elasticity: [Double], _ motion: PointMotion,
    _ forces: MutableView<Double>
  ) {
    let change = motion.strainChange
    let base = 6 * place
    let before = (0..<6).map { fields.stress[base + $0] }
    for row in 0..<6 {
      for column in 0..<6 {
        fields.stress[base + row] += elasticity[6 * row + column] * change[column]
      }
      if !fields.strain.isEmpty { fields.strain[base + row] += change[row] * (row < 3 ? 1 : 0.5) }
    }
    let after = (0..<6).map { fields.stress[base + $0] }
    let volume = fields.volumes[place]
    // As CalculiX, forces are those of the stresses in the undeformed body.
    for (a, slope) in motion.slopes.enumerated() {
      let flow = volume * (Self.product(after, slope) - Self.product(before, slope))
      for i in 0..<3 { forces[3 * a + i] += flow[i] }
    }
  }

  private static func product(_ stress: [Double], _ v: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      stress[0] * v.x + stress[3] * v.y + stress[4] * v.z,
      stress[3] * v.x + stress[1] * v.y + stress[5] * v.z,
      stress[4] * v.x + stress[5] * v.y + stress[2] * v.z)
  }
}

/// Displacement gradients of the state and of the motion at a point, by rows.
private struct PointMotion {
  var slopes: [SIMD3<Double>] = []
  var state = [SIMD3<Double>](repeating: SIMD3(), count: 3)
  private var motion = [SIMD3<Double>](repeating: SIMD3(), count: 3)

  init(
    _ geometry: borrowing ElementGeometry, _ table: ElementTable, _ point: Int,
    _ displacements: MutableView<Double>, _ small: MutableView<Double>
  ) {
    let stride = ElementGeometry.stride(nodes: table.nodeCount)
    let gradients = geometry.gradients.view
    for a in 0..<table.nodeCount {
      let at = stride * point + 3 * a
      let slope = SIMD3(gradients[at], gradients[at + 1], gradients[at + 2])
      slopes.append(slope)
      for i in 0..<3 {
        state[i] += displacements[3 * a + i] * slope
        motion[i] += small[3 * a + i] * slope
      }
    }
  }

  /// The part grad uᵀ grad v of the strain xx yy zz xy xz yz, engineering shear.
  var strainChange: [Double] {
    let pairs: [(Int, Int)] = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]
    return pairs.map { (i: Int, j: Int) -> Double in
      var sum = 0.0
      for row in 0..<3 {
        sum += state[row][i] * motion[row][j]
        if i != j { sum += state[row][j] * motion[row][i] }
      }
      return sum
    }
  }
}
