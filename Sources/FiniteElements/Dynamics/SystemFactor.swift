import LinearAlgebra

/// A Cholesky factor of matrices of a linear system; tells in the deck's terms what is singular.
struct SystemFactor: ~Copyable {
  private let system: LinearSystem
  private var factor: CholeskyFactor

  init(_ system: LinearSystem) throws(AnalysisError) {
    self.system = system
    do {
      factor = try CholeskyFactor(
        analysing: system.pattern, elimination: Array(0..<system.equationCount))
    } catch {
      throw system.describe(error)
    }
  }

  /// Computes the factor of a positive definite matrix.
  mutating func factorise(_ matrix: SymmetricMatrix) throws(AnalysisError) {
    do {
      try factor.factorise(matrix)
    } catch {
      throw system.describe(error)
    }
  }

  func solve(_ right: [Double]) throws(AnalysisError) -> [Double] {
    do {
      return try factor.solve(right)
    } catch {
      throw system.describe(error)
    }
  }
}

extension LinearSystem {
  /// What a failed factorisation means for the user.
  func describe(_ error: FactorisationError) -> AnalysisError {
    switch error {
    case .notPositiveDefinite(let equation):
      let freedom = equation.flatMap { numbering.equations.firstIndex(of: $0) } ?? 0
      return .mechanism(
        FreeMotion(
          node: deck.mesh.nodeLabels[freedom / components],
          motion: "in direction \(["x", "y", "z"][freedom % components])"),
        hasReducedIntegration: deck.mesh.elementKinds.contains(where: \.isReduced))
    case .outOfMemory, .tooLarge, .library: return .outOfMemory(equations: equationCount)
    }
  }
}
