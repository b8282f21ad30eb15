import LinearAlgebra

/// The modes of a frequency step with the damping of a step that superposes them.
struct ModalModel {
  let basis: ModalBasis
  /// Circular frequencies; zero for rigid body modes.
  let omegas: [Double]
  /// Shares of critical damping.
  let ratios: [Double]
  /// What dashpots add, shape `[modes, modes]`; nil without dashpots.
  let dashpots: [Double]?

  init(
    _ deck: Deck, _ basis: ModalBasis, _ damping: ModalDamping
  ) throws(AnalysisError) {
    self.basis = basis
    var omegas = basis.modes.eigenvalues.map { $0 > 0 ? $0.squareRoot() : 0 }
    // As in CalculiX, modes below a jump by four orders of magnitude are rigid.
    if let jump = omegas.indices.dropLast().last(where: { omegas[$0] < 1e-4 * omegas[$0 + 1] }) {
      for mode in 0...jump { omegas[mode] = 0 }
    }
    self.omegas = omegas
    ratios = omegas.indices.map { damping.ratio($0, omega: omegas[$0]) }
    let dampers = DashpotOperator(deck)
    dashpots =
      dampers.discretes.isEmpty ? nil : basis.projected(try basis.system.assemble(dampers))
  }

  var count: Int { omegas.count }

  /// 2 ζ ω of a mode.
  func friction(_ mode: Int) -> Double { 2 * ratios[mode] * omegas[mode] }
}

extension ModalBasis {
  /// Φᵀ f for forces on the unknowns.
  func projected(_ forces: [Double]) -> [Double] {
    let order = system.equationCount
    return (0..<count).map { mode in
      forces.withView { forces in
        modes.vectors.withView { vectors in
          var sum = 0.0
          for equation in 0..<order { sum += forces[equation] * vectors[mode * order + equation] }
          return sum
        }
      }
    }
  }

  /// Φᵀ A Φ, shape `[modes, modes]`.
  func projected(_ matrix: SymmetricMatrix) -> [Double] {
    let order = system.equationCount
    return (0..<count).flatMap { mode in
      projected(
        matrix.multiplied(by: Array(modes.vectors[(mode * order)..<((mode + 1) * order)])))
    }
  }

  /// Φ q on the unknowns.
  func superposed(_ amplitudes: [Double]) -> [Double] {
    let order = system.equationCount
    var sum = [Double](repeating: 0, count: order)
    sum.withMutableView { sum in
      modes.vectors.withView { vectors in
        for (mode, amplitude) in amplitudes.enumerated() where amplitude != 0 {
          for equation in 0..<order {
            sum[equation] += amplitude * vectors[mode * order + equation]
          }
        }
      }
    }
    return sum
  }
}
