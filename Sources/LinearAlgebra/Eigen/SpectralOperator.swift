/// A factor of `K - shift M`: Cholesky where that is positive definite.
struct ShiftedFactor: ~Copyable {
  let shift: Double
  private let factor: Factor
  /// How many eigenvalues of the factorised matrix are negative.
  let negativeCount: Int
  /// Floating point operations of the factorisation.
  let operations: Double

  private enum Factor: ~Copyable {
    case definite(CholeskyFactor)
    case indefinite(IndefiniteFactor)
  }

  /// - Parameters:
  ///   - isDefinite: whether a factor by Cholesky must do.
  ///   - isCancelled: asked between analysis, factorisation, and a second factorisation.
  init(
    _ matrix: SymmetricMatrix, shift: Double, elimination: [Int], isDefinite: Bool,
    isCancelled: () -> Bool
  ) throws(FactorisationError) {
    self.shift = shift
    do throws(FactorisationError) {
      var definite = try CholeskyFactor(analysing: matrix.pattern, elimination: elimination)
      if isCancelled() { throw FactorisationError.cancelled }
      try definite.factorise(matrix)
      if isCancelled() { throw FactorisationError.cancelled }
      // A matrix that is singular to rounding passes, but its factor is of no use.
      guard definite.reciprocalCondition > 1e-14 else {
        throw FactorisationError.notPositiveDefinite(equation: nil)
      }
      operations = definite.operations
      factor = .definite(definite)
      negativeCount = 0
    } catch {
      guard case .notPositiveDefinite = error, !isDefinite else { throw error }
      if isCancelled() { throw FactorisationError.cancelled }
      var indefinite = try IndefiniteFactor(analysing: matrix.pattern, elimination: elimination)
      try indefinite.factorise(matrix)
      let negative = indefinite.negativeCount
      if indefinite.nullCount > 0 {
        // A motion without stiffness and mass is left, as in one row of elements with reduced
        // integration. No force excites it, so that pivots of the size of rounding do no harm.
        try indefinite.factorise(matrix, setsNullPivotsAside: false)
      }
      negativeCount = negative
      operations = indefinite.operations
      factor = .indefinite(indefinite)
    }
  }

  /// Solves in place.
  borrowing func solve(
    _ block: MutableView<Double>, columns: Int
  ) throws(FactorisationError) {
    switch factor {
    case .definite(let factor): try factor.solve(block, columns: columns)
    case .indefinite(let factor): try factor.solve(block, columns: columns)
    }
  }
}

/// The operator `F⁻¹ C`, symmetric in the inner product `xᵀ B y`.
///
/// Vibration: F = K - σ M, C = B = M. Buckling: F = B = K, C the geometric stiffness.
struct SpectralOperator: ~Copyable {
  /// nil while its memory is needed elsewhere.
  var factor: ShiftedFactor?
  let metric: SymmetricMatrix
  /// C, where it is not B.
  let source: SymmetricMatrix?

  var order: Int { metric.order }

  /// `result = F⁻¹ C block`; `images` is `B block`, which the caller has already.
  borrowing func apply(
    to block: MutableView<Double>, images: MutableView<Double>, into result: MutableView<Double>
  ) throws(EigenError) {
    if let source { source.multiply(block, into: result) } else { result.copy(from: images) }
    do {
      try factor?.solve(result, columns: block.count / order)
    } catch {
      throw .factorisation(error)
    }
  }

  /// `result = B block`.
  borrowing func image(of block: MutableView<Double>, into result: MutableView<Double>) {
    metric.multiply(block, into: result)
  }
}
