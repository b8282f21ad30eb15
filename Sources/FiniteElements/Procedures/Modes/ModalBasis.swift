import LinearAlgebra

/// Modes of free vibration and the system they belong to, for procedures that superpose them.
package struct ModalBasis: Sendable {
  package let system: LinearSystem
  package let stiffness: SymmetricMatrix
  package let mass: SymmetricMatrix
  /// Vectors over the system's equations, `xᵀ M x = 1`.
  package let modes: EigenSolution
  /// The state about which the body vibrates; nil the unloaded one.
  let prestress: Prestress?
  /// The elastic constants with which it vibrates; nil where they do not depend on temperature.
  let heated: ThermalState?
  /// How warm it is, by node.
  let temperatures: [Double]

  package var count: Int { modes.count }

  /// Displacements of mode `index` by degree of freedom `3 node + direction`.
  package func displacements(_ index: Int) -> [Double] {
    system.expand(modes.vector(index), prescribed: zeros)
  }

  /// Displacements by degree of freedom of a sum of modes.
  package func displacements(amplitudes: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: system.equationCount)
    for (mode, amplitude) in amplitudes.enumerated() where amplitude != 0 {
      let first = mode * system.equationCount
      for equation in sum.indices { sum[equation] += amplitude * modes.vectors[first + equation] }
    }
    return system.expand(sum, prescribed: zeros)
  }

  private var zeros: [Double] {
    [Double](repeating: 0, count: system.numbering.equations.count)
  }
}

/// How much modes take part in rigid motions of the supports: x, y, z, and turns about them.
package struct Participation: Equatable, Sendable {
  /// Participation factors `xᵀ M r` of each mode, six for each.
  package var factors: [[Double]] = []
  /// `rᵀ M r` of the freedoms that can move.
  package var totalMass = [Double](repeating: 0, count: 6)

  /// Squares of the participation factors.
  package var effectiveMass: [[Double]] { factors.map { $0.map { $0 * $0 } } }

  /// Sums over the modes.
  package var effectiveTotals: [Double] {
    (0..<6).map { direction in effectiveMass.reduce(0) { $0 + $1[direction] } }
  }

  /// Which share of the total mass the modes have; one where there is none.
  package var fractions: [Double] {
    zip(effectiveTotals, totalMass).map { $1 == 0 ? 1 : $0 / $1 }
  }

  init(_ basis: ModalBasis) {
    let system = basis.system
    let order = system.equationCount
    // A rigid body's inner modes do not move.
    let outer = 3 * system.deck.mesh.outerNodeCount
    var products: [[Double]] = []
    for motion in 0..<6 {
      var rigid = [Double](repeating: 0, count: order)
      for (freedom, equation) in system.numbering.equations.prefix(outer).enumerated()
      where equation >= 0 {
        rigid[equation] = Self.rigid(
          motion, freedom % 3, system.deck.mesh.position(of: freedom / 3))
      }
      let product = basis.mass.multiplied(by: rigid)
      totalMass[motion] = zip(rigid, product).reduce(0) { $0 + $1.0 * $1.1 }
      products.append(product)
    }
    factors = (0..<basis.count).map { mode in
      products.map { product in
        product.indices.reduce(0) { $0 + product[$1] * basis.modes.vectors[mode * order + $1] }
      }
    }
  }

  /// The displacement in `direction` of a unit motion of the whole body.
  private static func rigid(
    _ motion: Int, _ direction: Int, _ position: SIMD3<Double>
  ) -> Double {
    guard motion >= 3 else { return motion == direction ? 1 : 0 }
    var axis = SIMD3<Double>()
    axis[motion - 3] = 1
    return cross(axis, position)[direction]
  }
}
