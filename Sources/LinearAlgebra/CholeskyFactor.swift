import CCholmod

/// The factor L of `P A Pᵀ = L Lᵀ` for a sparse symmetric positive definite matrix A.
///
/// CHOLMOD's supernodal method: dense blocks, so that nearly all work is level-3 BLAS
/// [Chen, Davis, Hager, Rajamanickam 2008, ACM TOMS 35(3), Algorithm 887]. Owns the C object, frees
/// it exactly once, cannot be copied.
@safe
package struct CholeskyFactor: ~Copyable {
  /// CHOLMOD's version, for the provenance of results.
  package static let version =
    "\(CHOLMOD_MAIN_VERSION).\(CHOLMOD_SUB_VERSION).\(CHOLMOD_SUBSUB_VERSION)"

  private let session = CholmodSession()
  private var factor: UnsafeMutablePointer<cholmod_factor>?
  private let order: Int

  /// Analyses the pattern: order of elimination, supernodes, size of the factor. No numbers yet.
  ///
  /// - Parameter elimination: a permutation of the equations, as ``Graph/fillReducingOrder(_:)``.
  package init(
    analysing pattern: SymmetricPattern, elimination: [Int]
  ) throws(FactorisationError) {
    precondition(elimination.count == pattern.order, "one place for each equation")
    order = pattern.order
    unsafe factor = session.analyse(pattern, elimination, isSupernodal: false)
    try session.check(equations: order)
  }

  deinit {
    var factor = unsafe factor
    unsafe cholmod_l_free_factor(&factor, session.common)
  }

  /// Computes the factor of `matrix`, whose pattern is the analysed one.
  ///
  /// Cannot be ended midway: CHOLMOD calls nothing of ours while it works, and leaving it through its
  /// allocator would leave its workspace half built. Callers ask for cancellation before and after.
  package mutating func factorise(_ matrix: SymmetricMatrix) throws(FactorisationError) {
    precondition(matrix.order == order, "the analysed pattern belongs to another matrix")
    let factor = unsafe factor
    // Sound: the matrix is only read; `factor` was made by the analysis above.
    unsafe session.withSparse(matrix.pattern, values: matrix.values) { sparse in
      _ = unsafe cholmod_l_factorize(sparse, factor, session.common)
    }
    if unsafe session.common.pointee.status == CHOLMOD_NOT_POSDEF {
      throw .notPositiveDefinite(equation: breakdown)
    }
    try session.check(equations: order)
  }

  /// Solves `A x = right` with the factor; `right` has one element for each equation.
  package func solve(_ right: [Double]) throws(FactorisationError) -> [Double] {
    precondition(right.count == order, "one right-hand side element for each equation")
    var solution = right
    try solution.withMutableView { (view) throws(FactorisationError) in
      try solve(view, columns: 1)
    }
    return solution
  }

  /// Solves `A X = B` in place; `block` holds `columns` columns of one number for each equation.
  ///
  /// Several columns at once cost little more than one: the factor is read from memory once.
  package func solve(_ block: MutableView<Double>, columns: Int) throws(FactorisationError) {
    precondition(block.count >= order * columns, "one number for each equation and column")
    guard order > 0, columns > 0 else { return }
    let factor = unsafe factor
    if columns > 1, let solver = unsafe SupernodalSolver(factor) {
      return solver.solve(block, columns: columns)
    }
    try solveByLibrary(block, columns: columns)
  }

  private func solveByLibrary(
    _ block: MutableView<Double>, columns: Int
  ) throws(FactorisationError) {
    let factor = unsafe factor
    var dense = unsafe cholmod_dense()
    unsafe dense.nrow = order
    unsafe dense.ncol = columns
    unsafe dense.nzmax = order * columns
    unsafe dense.d = order
    unsafe dense.x = UnsafeMutableRawPointer(block.base)
    unsafe dense.xtype = CHOLMOD_REAL
    unsafe dense.dtype = CHOLMOD_DOUBLE
    // Sound: `dense` borrows the block for the call; the solution is copied into it, then freed.
    var result = unsafe cholmod_l_solve(CHOLMOD_A, factor, &dense, session.common)
    defer { unsafe cholmod_l_free_dense(&result, session.common) }
    try session.check(equations: order)
    guard let values = unsafe result?.pointee.x, let target = unsafe block.base else {
      throw .outOfMemory(equations: order)
    }
    unsafe target.update(
      from: values.assumingMemoryBound(to: Double.self), count: order * columns)
  }

  /// How many floating point operations the factorisation takes, known after the analysis.
  package var operations: Double { session.operations }

  /// The squared ratio of the smallest to the largest diagonal entry of L: an upper bound of the
  /// reciprocal condition number, near rounding when A is singular.
  package var reciprocalCondition: Double {
    guard order > 0, let factor = unsafe factor else { return 1 }
    return unsafe cholmod_l_rcond(factor, session.common)
  }

  /// The most memory that analysis, factor and solution have held so far, in bytes.
  package var peakBytes: Int { session.peakBytes }

  /// The equation, numbered as in the matrix, at which elimination broke down.
  private var breakdown: Int? {
    // Sound: `minor` is set by the factorisation that failed; `Perm` has `order` entries.
    guard let factor = unsafe factor, let permutation = unsafe factor.pointee.Perm else {
      return nil
    }
    let minor = unsafe factor.pointee.minor
    guard minor < order else { return nil }
    return unsafe permutation.assumingMemoryBound(to: Int.self)[minor]
  }
}
