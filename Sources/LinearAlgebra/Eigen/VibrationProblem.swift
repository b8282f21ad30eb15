/// Free vibration: `K x = λ M x`, λ the square of the circular frequency.
///
/// Shift-invert Lanczos at 0 for supported bodies; a little below 0 for bodies that can move freely,
/// whose rigid-body modes come out with λ = 0 to rounding. K and M have the same pattern; M may be
/// singular.
package struct VibrationProblem {
  private let pair: MatrixPair
  private var stiffness: SymmetricMatrix { pair.stiffness }
  private var mass: SymmetricMatrix { pair.other }

  /// - Parameter elimination: the order in which to eliminate the equations.
  package init(stiffness: SymmetricMatrix, mass: SymmetricMatrix, elimination: [Int]) {
    pair = MatrixPair(stiffness, mass, elimination: elimination)
  }

  /// The modes with the eigenvalues nearest to zero, ascending; `xᵀ M x = 1`.
  package func modes(_ options: EigenOptions) throws(EigenError) -> EigenSolution {
    let order = stiffness.order
    let (stiffnessTrace, massTrace) = (
      stiffness.diagonal.reduce(0) { $0 + abs($1) }, mass.diagonal.reduce(0, +)
    )
    guard order > 0, massTrace > 0 else { return EigenSolution(equations: order) }
    let compact = mass.withoutZeros()
    let factor = try invertible(typical: stiffnessTrace / massTrace, options)
    let (shift, negative) = (factor.shift, factor.negativeCount)
    var operations = factor.operations
    var options = options
    options.count = min(options.count, order)
    let isSmall = order <= max(options.denseLimit, min(3 * options.count, 4000))
    if isSmall, let solution = try dense(shift, options) { return solution }
    guard order >= 4 * ModeSearch.blockWidth else {
      throw .factorisation(.notPositiveDefinite(equation: nil))
    }
    var search = ModeSearch(
      SpectralOperator(factor: factor, metric: compact, source: nil), order: .largestMagnitude,
      options: options)
    try search.begin()
    if shift < 0, negative == 0,
      let better = betterShift(shift, try search.explore(blocks: 4))
    {
      let factor = try shifted(better, options)
      operations += factor.operations
      search = ModeSearch(
        SpectralOperator(factor: factor, metric: compact, source: nil),
        order: .largestMagnitude, options: options)
      try search.begin()
      return try counted(&search, better, negative, options).adding(operations: operations)
    }
    return try counted(&search, shift, negative, options).adding(operations: operations)
  }

  /// Searches, and counts by Sylvester's law of inertia whether all were found.
  private func counted(
    _ search: inout ModeSearch, _ shift: Double, _ negative: Int, _ options: EigenOptions
  ) throws(EigenError) -> EigenSolution {
    var found = try search.run(until: options.count)
    var inertia: InertiaCount?
    if let border = found.border, border > 0 {
      let limit = shift + 1 / border
      // Of K - limit M in the inner product of M.
      let known = found.ritz.values.prefix(found.ritz.converged).count { $0 >= border }
      let witnesses = search.witnesses(found, expected: negative + known) { shift + 1 / $0 - limit }
      search.releaseFactor()
      let counted = try pair.inertia(-limit, witnesses, options)
      let below = counted.negative
      inertia = counted
      for _ in 0..<4 {
        let values = found.ritz.values.prefix(found.ritz.converged)
        // With an indefinite factor, those below the shift may be farther away than what is wanted.
        let missing = below - (negative + values.count { $0 >= border })
        if missing == 0 { break }
        // Fewer counted than found: rounding has hidden a pivot's sign, as in singular matrices.
        guard missing > 0 else { break }
        try search.lookElsewhere(found.ritz, try shifted(shift, options))
        found = try search.run(until: max(options.count, values.count + missing))
      }
      let final = found.ritz.values.prefix(found.ritz.converged).count { $0 >= border }
      guard final >= below - negative else {
        throw .countDiffers(found: final, counted: below - negative)
      }
      // Rounding has hidden a sign.
      if final != below - negative { inertia = nil }
    }
    let values = found.ritz.values.map { shift + 1 / $0 }
    let chosen = (0..<min(options.count, found.ritz.values.count, max(found.count, 0)))
      .sorted { values[$0] < values[$1] }
    var solution = EigenSolution(
      equations: stiffness.order, eigenvalues: chosen.map { values[$0] },
      vectors: search.lanczos.vectors(found.ritz, chosen))
    solution.take(inertia)
    refine(&solution, shift)
    solution.solveCount = search.lanczos.solveCount
    solution.orient()
    return solution
  }

  /// Takes `xᵀ K x` for eigenvalues near zero, of which the shift leaves few digits.
  private func refine(_ solution: inout EigenSolution, _ shift: Double) {
    for mode in 0..<solution.count
    where abs(solution.eigenvalues[mode]) < 1e-3 * abs(shift) {
      let vector = solution.vector(mode)
      let product = stiffness.multiplied(by: vector)
      solution.eigenvalues[mode] = zip(vector, product).reduce(0) { $0 + $1.0 * $1.1 }
    }
    solution.sort()
  }

  /// Modes that ``count(below:_:_:)`` may rely on: vectors by columns, and how far each eigenvalue is
  /// above the limit, below which `expected` modes are known.
  package func witnesses(
    _ vectors: [Double], differences: [Double], expected: Int
  ) -> InertiaCount.Witnesses {
    var images: [Double] = []
    for index in differences.indices {
      let range = (index * pair.order)..<((index + 1) * pair.order)
      images += mass.multiplied(by: Array(vectors[range]))
    }
    return InertiaCount.Witnesses(
      vectors: vectors, images: images, differences: differences, expected: expected)
  }

  /// How many eigenvalues are smaller than `limit`, by a factor that knows the witnesses.
  package func count(
    below limit: Double, _ witnesses: InertiaCount.Witnesses, _ options: EigenOptions
  ) throws(EigenError) -> InertiaCount {
    try pair.inertia(-limit, witnesses, options)
  }

  /// How many eigenvalues are smaller than `limit`.
  package func negativeCount(at limit: Double) throws(EigenError) -> Int {
    try pair.inertia(-limit, nil).negative
  }

  /// A shift of the size of the lowest elastic eigenvalue, when the present one is far from it.
  private func betterShift(_ shift: Double, _ ritz: BlockLanczos.Ritz) -> Double? {
    let elastic = ritz.values.map { shift + 1 / $0 }.filter { $0 > -0.01 * shift }
    guard let lowest = elastic.min(), lowest > -1e3 * shift || lowest < -0.1 * shift else {
      return nil
    }
    return -0.5 * lowest
  }

  /// All modes at once, by LAPACK; nil when neither matrix is positive definite.
  private func dense(
    _ shift: Double, _ options: EigenOptions
  ) throws(EigenError) -> EigenSolution? {
    let order = stiffness.order
    let vectors = mass.dense
    let metric = stiffness.adding(-shift, times: mass).dense
    var eigenvalues: [Double]
    if let inverses = try DenseEigen.solve(vectors.view, metric.view, order: order) {
      let largest = inverses.last ?? 0
      // `(K - σ M)⁻¹ M x = θ x`; a θ of zero belongs to a direction without mass.
      eigenvalues = inverses.map { $0 > 1e-14 * largest ? shift + 1 / $0 : .infinity }
      for column in 0..<order where eigenvalues[column].isFinite {
        Panels.scale(
          vectors.view.part(column * order, order), by: 1 / inverses[column].squareRoot())
      }
    } else {
      vectors.view.copy(from: stiffness.dense.view)
      metric.view.copy(from: mass.dense.view)
      guard let values = try DenseEigen.solve(vectors.view, metric.view, order: order) else {
        return nil
      }
      eigenvalues = values
    }
    let chosen = eigenvalues.indices.filter { eigenvalues[$0].isFinite }
      .sorted { abs(eigenvalues[$0] - shift) < abs(eigenvalues[$1] - shift) }
      .prefix(options.count).sorted { eigenvalues[$0] < eigenvalues[$1] }
    var solution = EigenSolution(
      equations: order, eigenvalues: chosen.map { eigenvalues[$0] },
      vectors: chosen.flatMap { vectors.view.part($0 * order, order).copy(first: order) })
    refine(&solution, shift)
    solution.orient()
    return solution
  }

  /// The factor at 0, or a little below where K is singular.
  private func invertible(
    typical: Double, _ options: EigenOptions
  ) throws(EigenError) -> ShiftedFactor {
    do {
      return try ShiftedFactor(
        stiffness, shift: 0, elimination: pair.elimination, isDefinite: true,
        isCancelled: options.isCancelled)
    } catch .notPositiveDefinite {
      return try shifted(-1e-6 * typical, options)
    } catch {
      throw EigenError(error)
    }
  }

  private func shifted(
    _ shift: Double, _ options: EigenOptions
  ) throws(EigenError) -> ShiftedFactor {
    do {
      return try ShiftedFactor(
        stiffness.adding(-shift, times: mass), shift: shift, elimination: pair.elimination,
        isDefinite: false, isCancelled: options.isCancelled)
    } catch {
      throw EigenError(error)
    }
  }
}
