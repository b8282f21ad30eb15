import LinearAlgebra

/// How forces that follow the body change with its motion, made symmetric.
///
/// Centrifugal: minus density omega² (I - n nᵀ) N_a N_b. Pressure: the derivative of p times the area
/// vector of the displaced face [Dhondt 2004, eq. 3.54].
struct LoadStiffness: Sendable {
  private let deck: Deck
  private let displacements: [Double]
  private let temperatures: [Double]
  private var rotations: [Int: [SIMD4<Double>]] = [:]
  private var pressures: [Int: [(face: Int, pressure: Double)]] = [:]

  init(_ deck: Deck, _ step: Step, displacements: [Double]) {
    self.deck = deck
    self.displacements = displacements
    temperatures = step.densityTemperatures
    for load in step.distributed {
      let factor = load.course.factor(stepTime: step.period, totalTime: step.endTime) ?? 1
      for element in load.elements {
        switch load.kind {
        case .pressure(let face):
          pressures[element, default: []].append((face, factor * load.magnitude))
        case .centrifugal(let omegaSquared, _, let direction):
          rotations[element, default: []].append(SIMD4(direction, factor * omegaSquared))
        case .gravity, .traction: continue
        }
      }
    }
  }

  /// Adds an element's share to a matrix of shape `[3 nodes, 3 nodes]`.
  func add(
    _ element: Int, _ geometry: borrowing ElementGeometry, _ table: ElementTable,
    to matrix: MutableView<Double>
  ) {
    for rotation in rotations[element] ?? [] {
      addRotation(rotation, element, geometry, table, to: matrix)
    }
    for load in pressures[element] ?? [] {
      addPressure(load.pressure, load.face, element, table, to: matrix)
    }
  }

  private func addRotation(
    _ rotation: SIMD4<Double>, _ element: Int, _ geometry: borrowing ElementGeometry,
    _ table: ElementTable, to matrix: MutableView<Double>
  ) {
    let (nodes, axis) = (table.nodeCount, SIMD3(rotation.x, rotation.y, rotation.z))
    for a in 0..<nodes {
      for b in 0..<nodes {
        var sum = 0.0
        for point in 0..<table.pointCount {
          sum +=
            deck.density(ofPoint: point, of: element, at: temperatures, .inertial)
            * geometry.volumes.view[point]
            * table.basis[nodes * point + a]
            * table.basis[nodes * point + b]
        }
        sum *= rotation.w
        for i in 0..<3 {
          for j in 0..<3 {
            matrix[3 * nodes * (3 * a + i) + 3 * b + j] +=
              sum * (axis[i] * axis[j] - (i == j ? 1 : 0))
          }
        }
      }
    }
  }

  // f_a = p N_a (x,s × x,t); its derivative by u_b is p N_a (N_b,s e × x,t + x,s × e N_b,t).
  private func addPressure(
    _ pressure: Double, _ face: Int, _ element: Int, _ table: ElementTable,
    to matrix: MutableView<Double>
  ) {
    let nodes = Array(deck.mesh.outerNodes(of: element))
    let count = 3 * table.nodeCount
    for point in FaceTable(table.kind, face).points {
      var (tangentS, tangentT) = (SIMD3<Double>(), SIMD3<Double>())
      for (a, node) in nodes.enumerated() {
        let position =
          deck.mesh.position(of: node)
          + SIMD3(displacements[3 * node], displacements[3 * node + 1], displacements[3 * node + 2])
        tangentS += point.slopesS[a] * position
        tangentT += point.slopesT[a] * position
      }
      for b in nodes.indices {
        let arm = point.slopesS[b] * tangentT - point.slopesT[b] * tangentS
        for j in 0..<3 {
          var axis = SIMD3<Double>()
          axis[j] = 1
          let change = pressure * point.weight * cross(axis, arm)
          for a in nodes.indices {
            for i in 0..<3 {
              let value = -0.5 * point.basis[a] * change[i]
              matrix[count * (3 * a + i) + 3 * b + j] += value
              matrix[count * (3 * b + j) + 3 * a + i] += value
            }
          }
        }
      }
    }
  }
}
