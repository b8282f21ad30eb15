import LinearAlgebra

/// Factorises stiffness matrices, and tells bodies that move freely from those whose equations have lost their
/// digits, in words of the model.
struct StiffnessFactorisation {
  let system: LinearSystem
  /// Matrices of springs.
  let discretes: [DiscreteMatrix]
  let observer: Observer
  /// Whether displacements will be corrected by the forces of the elements, so that a factor of K + ε D serves
  /// as well, and loads that cause a free motion are found out.
  let isRefined: Bool
  private var deck: Deck { system.deck }

  /// The squared ratio of the smallest to the largest pivot below which a factor is looked at: a mechanism leaves
  /// 1e-16 or less, often with the right sign.
  private static let doubtful = 1e-12
  /// What is added to the diagonal, as a part of it, where there is no factor.
  private static let shares = [1e-14, 1e-12, 1e-10, 1e-8]

  /// Computes the factor of `matrix`, the stiffness of the unloaded body.
  ///
  /// - Returns: a motion without resistance that the factor exists in spite of, because rounding gave its pivot a
  ///   positive sign, or because it is that of K + ε D: displacements are then determined but for this motion,
  ///   stresses are right.
  /// - Throws: ``AnalysisError/mechanism(_:hasReducedIntegration:)`` or ``AnalysisError/illConditioned(_:)``.
  /// - Parameter step: any, whose outputs do not matter.
  func run(
    _ factor: inout CholeskyFactor, _ matrix: SymmetricMatrix, _ step: Step
  ) throws(AnalysisError) -> FreeMotion? {
    let diagonal = matrix.diagonal
    do {
      try factor.factorise(matrix)
    } catch {
      guard case .notPositiveDefinite = error, diagonal.allSatisfy({ $0 > 0 }) else {
        throw system.describe(error)
      }
      guard try factor.factorise(matrix, addingOneOf: Self.shares, observer) != nil else {
        throw system.describe(error)
      }
      let weakest = try weakestMotion(factor, diagonal, step)
      guard weakest.isFree else { throw .illConditioned(motion(weakest)) }
      if isRefined { return motion(weakest) }
      throw .mechanism(
        motion(weakest),
        hasReducedIntegration: deck.mesh.elementKinds.contains { $0.isReduced })
    }
    guard factor.reciprocalCondition < Self.doubtful, diagonal.allSatisfy({ $0 > 0 }) else {
      return nil
    }
    let weakest = try weakestMotion(factor, diagonal, step)
    return weakest.isFree ? motion(weakest) : nil
  }

  private func weakestMotion(
    _ factor: borrowing CholeskyFactor, _ diagonal: [Double], _ step: Step
  ) throws(AnalysisError) -> WeakestMotion {
    let recovery = StressRecovery(deck: deck, withStrain: true)
    return try WeakestMotion(of: system, diagonal: diagonal, factor: factor) {
      (displacements) throws(AnalysisError) in
      let frame = try recovery.frame(step, displacements, observer)
      var energy = 0.0
      for (point, volume) in frame.fields.volumes.enumerated() {
        energy += 2 * volume * frame.fields.energyDensity(at: point)
      }
      var forces = frame.internalForces
      for discrete in discretes {
        energy += discrete.resistance(to: displacements)
        system.add(discrete, times: displacements, to: &forces)
      }
      return (energy, forces)
    }
  }

  private func motion(_ weakest: WeakestMotion) -> FreeMotion {
    FreeMotion(deck, largestOf: weakest.displacements)
  }
}

extension DiscreteMatrix {
  /// A lower bound of uᵀ K u, |K u|² over the sum of the diagonal: exact to rounding of squares, as the energy of
  /// strains is.
  fileprivate func resistance(to displacements: [Double]) -> Double {
    let count = freedoms.count
    let trace = (0..<count).reduce(0) { $0 + values[(count + 1) * $1] }
    guard trace > 0 else { return 0 }
    return (0..<count).reduce(0) { sum, row in
      let force = (0..<count).reduce(0) {
        $0 + values[count * row + $1] * displacements[freedoms[$1]]
      }
      return sum + force * force / trace
    }
  }
}
