import LinearAlgebra

/// Displacements of a factor, corrected until the forces inside of the elements balance the loads.
///
/// Bricks that are thin and a structure long have a condition of some (length / thickness)⁴: a strip of 12 that is
/// 0.0032 thick keeps one to three digits. Stresses come from differences of displacements within one
/// element and lose far less, so the forces that they exert are a residual of higher precision, and each
/// correction u += T K⁻¹ Tᵀ (f − ∫ Bᵀ σ) gains as many digits as the factor has (N. J. Higham, "Accuracy and
/// Stability of Numerical Algorithms", 2002, chapter 12).
extension LinearStatic {
  /// A correction below this part of the largest displacement is not made.
  private static let negligible = 1e-8
  private static let correctionsMax = 5
  /// Forces that balance to this part of the largest one do so to rounding. Of a hot body that is held all
  /// around nothing moves: displacements are rounding themselves, and no measure of a correction.
  private static let balanced = 1e-14
  /// A last correction above this part of the largest displacement leaves nothing to rely on.
  private static let unusable = 0.01

  /// - Parameters:
  ///   - frame: with the forces of all elements; displacements, stresses and forces are replaced.
  ///   - thermal: what temperatures do to the bodies.
  /// - Throws: ``AnalysisError/illConditioned(_:)`` where the corrections do not become small.
  mutating func refine(
    _ frame: inout Frame, _ thermal: ThermalState?, _ system: LinearSystem,
    _ inverse: borrowing SystemInverse
  ) throws(AnalysisError) {
    guard deck.initialStress.isEmpty else { return }
    switch inverse {
    case .factor(let factor): try refine(&frame, thermal, system, factor)
    case .iterations: break
    }
  }

  private mutating func refine(
    _ frame: inout Frame, _ thermal: ThermalState?, _ system: LinearSystem,
    _ factor: borrowing CholeskyFactor
  ) throws(AnalysisError) {
    let loads = LoadVector(deck: deck).forces(of: frame.step)
    let zeros = [Double](repeating: 0, count: loads.count)
    var last = Double.infinity
    solution.refinements = 0
    while true {
      var residual = loads
      for freedom in residual.indices { residual[freedom] -= frame.internalForces[freedom] }
      let unbalanced = system.reduce(residual)
      let force = max(Self.largest(loads), Self.largest(frame.internalForces))
      guard Self.largest(unbalanced) > Self.balanced * force else {
        solution.correction = 0
        return
      }
      let unknowns: [Double]
      do {
        unknowns = try factor.solve(unbalanced)
      } catch {
        throw .outOfMemory(equations: system.equationCount)
      }
      let correction = system.expand(unknowns, prescribed: zeros)
      let size = Self.largest(frame.displacements)
      let change = size > 0 ? Self.largest(correction) / size : 0
      solution.correction = change
      // The second condition holds where rounding in the forces is all that is left.
      guard
        change > Self.negligible, change < last / 2, solution.refinements < Self.correctionsMax
      else {
        guard change >= Self.unusable else { return }
        // Loads cause the motion that nothing resists.
        if let motion = solution.freeMotion {
          throw .mechanism(
            motion, hasReducedIntegration: deck.mesh.elementKinds.contains { $0.isReduced })
        }
        throw .illConditioned(FreeMotion(deck, largestOf: correction))
      }
      last = change
      var corrected = frame.displacements
      for freedom in corrected.indices { corrected[freedom] += correction[freedom] }
      frame = try recovered(frame.step, thermal, corrected, system)
      solution.refinements += 1
    }
  }

  private static func largest(_ values: [Double]) -> Double {
    values.reduce(0) { max($0, abs($1)) }
  }
}
