/// Linear buckling: `(K + λ G) x = 0` with G the geometric stiffness of the reference load.
///
/// Lanczos for `K⁻¹ G` in the inner product of K, whose eigenvalues are -1/λ: the lowest positive
/// load factors are at one end of the spectrum. K must be positive definite; both have one pattern.
package struct BucklingProblem {
  private let pair: MatrixPair
  private var stiffness: SymmetricMatrix { pair.stiffness }
  private var geometric: SymmetricMatrix { pair.other }

  /// - Parameter elimination: the order in which to eliminate the equations.
  package init(stiffness: SymmetricMatrix, geometric: SymmetricMatrix, elimination: [Int]) {
    pair = MatrixPair(stiffness, geometric, elimination: elimination)
  }

  /// The lowest positive load factors, ascending; `xᵀ K x = 1`.
  ///
  /// Fewer where the load cannot buckle the body in as many ways.
  package func modes(_ options: EigenOptions) throws(EigenError) -> EigenSolution {
    let order = stiffness.order
    var options = options
    options.count = min(options.count, order)
    guard order > 0 else { return EigenSolution(equations: 0) }
    if order <= max(options.denseLimit, min(3 * options.count, 4000)) {
      return try dense(options)
    }
    let factor = try definiteFactor(options)
    let operations = factor.operations
    var search = ModeSearch(
      SpectralOperator(
        factor: factor, metric: stiffness, source: geometric.withoutZeros()),
      order: .smallest, options: options)
    try search.begin()
    var solution = try counted(&search, options)
    solution.factorOperations += operations
    return solution
  }

  private func definiteFactor(_ options: EigenOptions) throws(EigenError) -> ShiftedFactor {
    do {
      return try ShiftedFactor(
        stiffness, shift: 0, elimination: pair.elimination, isDefinite: true,
        isCancelled: options.isCancelled)
    } catch {
      throw EigenError(error)
    }
  }

  private func counted(
    _ search: inout ModeSearch, _ options: EigenOptions
  ) throws(EigenError) -> EigenSolution {
    var found = try search.run(until: options.count)
    var inertia: InertiaCount?
    if let border = found.border, border < 0 {
      let limit = -1 / border
      // Of K + limit G in the inner product of K.
      let known = found.ritz.values.prefix(found.ritz.converged).count { $0 <= border }
      let witnesses = search.witnesses(found, expected: known) { 1 + limit * $0 }
      search.releaseFactor()
      let counted = try pair.inertia(limit, witnesses, options)
      let count = counted.negative
      inertia = counted
      for _ in 0..<4 {
        let values = found.ritz.values.prefix(found.ritz.converged).count { $0 <= border }
        if values >= count { break }
        try search.lookElsewhere(found.ritz, try definiteFactor(options))
        found = try search.run(until: max(options.count, count))
      }
      let final = found.ritz.values.prefix(found.ritz.converged).count { $0 <= border }
      guard final == count else { throw .countDiffers(found: final, counted: count) }
    }
    let scale = found.ritz.values.map { abs($0) }.max() ?? 0
    let chosen = (0..<min(options.count, found.ritz.values.count)).filter {
      found.ritz.values[$0] < -1e-12 * scale
    }
    var solution = EigenSolution(
      equations: stiffness.order, eigenvalues: chosen.map { -1 / found.ritz.values[$0] },
      vectors: search.lanczos.vectors(found.ritz, chosen))
    solution.take(inertia)
    solution.solveCount = search.lanczos.solveCount
    solution.orient()
    return solution
  }

  /// How many positive load factors are smaller than `limit`.
  package func negativeCount(at limit: Double) throws(EigenError) -> Int {
    try pair.inertia(limit, nil).negative
  }

  private func dense(_ options: EigenOptions) throws(EigenError) -> EigenSolution {
    let order = stiffness.order
    let vectors = geometric.dense
    let metric = stiffness.dense
    guard let values = try DenseEigen.solve(vectors.view, metric.view, order: order) else {
      throw .factorisation(.notPositiveDefinite(equation: nil))
    }
    let scale = values.map { abs($0) }.max() ?? 0
    let chosen = values.indices.filter { values[$0] < -1e-12 * scale }.prefix(options.count)
    var solution = EigenSolution(
      equations: order, eigenvalues: chosen.map { -1 / values[$0] },
      vectors: chosen.flatMap { vectors.view.part($0 * order, order).copy(first: order) })
    solution.orient()
    return solution
  }
}
