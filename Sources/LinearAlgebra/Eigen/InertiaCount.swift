/// Counts the negative eigenvalues of a symmetric matrix by Sylvester's law of inertia: `A = L S Lᵀ` has
/// as many as S has negative signs.
///
/// The factor is made without pivoting, in single precision first, and then has to prove itself on modes
/// that are known, the nearest on either side of the shift: a factor that solves for them belongs to a
/// matrix whose eigenvalues there are moved by a part of their distance to zero only, so that none has
/// changed sign. Where it does not, or counts other than is known, double precision is tried, then
/// pivoting.
package struct InertiaCount {
  /// Modes of `A x = difference B x` with the smallest differences below and above zero.
  package struct Witnesses {
    /// The vectors x by columns, and B x.
    package var vectors: [Double]
    package var images: [Double]
    package var differences: [Double]
    /// How many negative eigenvalues are known; another count is only believed with pivots.
    package var expected: Int

    package init(vectors: [Double], images: [Double], differences: [Double], expected: Int) {
      precondition(vectors.count == images.count, "an image for each vector")
      self.expected = expected
      self.vectors = vectors
      self.images = images
      self.differences = differences
    }
  }

  /// How the count was made.
  package enum Method: Equatable, Sendable { case single, double, pivoted }

  package let negative: Int
  package let method: Method
  /// Floating point operations of the factorisation.
  package let operations: Double

  /// Below, double precision costs nothing that matters.
  private static let equationsWorthSingle = 20_000
  /// Largest error of a known mode, relative to its size: the share of its distance to zero by which its
  /// eigenvalue has moved, and what the mode itself lacks.
  private static let tolerance = 0.25

  /// - Parameters:
  ///   - witnesses: nil where no mode is known; then only a factor with pivots counts.
  ///   - isCancelled: asked between the parts of a factor and between factors.
  package init(
    _ matrix: SymmetricMatrix, elimination: [Int], witnesses: Witnesses?,
    isCancelled: () -> Bool = { false }
  ) throws(FactorisationError) {
    if let witnesses, !witnesses.differences.isEmpty {
      if matrix.order >= Self.equationsWorthSingle,
        let found = try Self.count(
          Float.self, .single, matrix, elimination, witnesses, isCancelled)
      {
        self = found
        return
      }
      if let found = try Self.count(
        Double.self, .double, matrix, elimination, witnesses, isCancelled)
      {
        self = found
        return
      }
    }
    if isCancelled() { throw .cancelled }
    var factor = try IndefiniteFactor(
      analysing: matrix.pattern, elimination: elimination, keepsFactors: false)
    try factor.factorise(matrix)
    self.init(
      negative: factor.negativeCount, method: .pivoted, operations: factor.operations)
  }

  private init(negative: Int, method: Method, operations: Double) {
    self.negative = negative
    self.method = method
    self.operations = operations
  }

  /// nil where the factor does not know the witnesses, or counts differently.
  private static func count<Number: FactorNumber>(
    _: Number.Type, _ method: Method, _ matrix: SymmetricMatrix, _ elimination: [Int],
    _ witnesses: Witnesses, _ isCancelled: () -> Bool
  ) throws(FactorisationError) -> InertiaCount? {
    do throws(FactorisationError) {
      let analysis = try SupernodalAnalysis(matrix.pattern, elimination: elimination)
      var factor = SignedFactor<Number>(analysis)
      try factor.factorise(matrix, isCancelled: isCancelled)
      guard factor.negativeCount == witnesses.expected, knows(factor, witnesses) else { return nil }
      return InertiaCount(
        negative: factor.negativeCount, method: method, operations: factor.operations)
    } catch .notPositiveDefinite {
      return nil
    }
  }

  /// Whether `A⁻¹ B x` is `x / difference` by the factor.
  private static func knows<Number: FactorNumber>(
    _ factor: borrowing SignedFactor<Number>, _ witnesses: Witnesses
  ) -> Bool {
    let columns = witnesses.differences.count
    let order = witnesses.vectors.count / columns
    var solution = witnesses.images
    solution.withMutableView { factor.solve($0, columns: columns) }
    return (0..<columns).allSatisfy { column in
      let range = (column * order)..<((column + 1) * order)
      var (error, size) = (0.0, 0.0)
      for index in range {
        let known = witnesses.vectors[index]
        let difference = witnesses.differences[column] * solution[index] - known
        error += difference * difference
        size += known * known
      }
      // Written so that NaN fails.
      return error <= tolerance * tolerance * size
    }
  }
}

/// A symmetric eigenvalue problem of two matrices with one pattern, `K x = λ M x` or the like.
struct MatrixPair {
  let stiffness: SymmetricMatrix
  let other: SymmetricMatrix
  /// The order in which to eliminate the equations.
  let elimination: [Int]

  init(_ stiffness: SymmetricMatrix, _ other: SymmetricMatrix, elimination: [Int]) {
    precondition(stiffness.values.count == other.values.count, "matrices of different patterns")
    precondition(elimination.count == stiffness.order, "one place for each equation")
    self.stiffness = stiffness
    self.other = other
    self.elimination = elimination
  }

  var order: Int { stiffness.order }

  /// The inertia of `K + factor M`.
  func inertia(
    _ factor: Double, _ witnesses: InertiaCount.Witnesses?, _ options: EigenOptions? = nil
  ) throws(EigenError) -> InertiaCount {
    do {
      return try InertiaCount(
        stiffness.adding(factor, times: other), elimination: elimination, witnesses: witnesses,
        isCancelled: options?.isCancelled ?? { false })
    } catch {
      throw EigenError(error)
    }
  }
}
