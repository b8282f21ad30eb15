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
