/// Modes of a symmetric eigenvalue problem.
package struct EigenSolution: Sendable {
  /// How many equations the problem has.
  package let equations: Int
  /// Vibration: squares of the circular frequencies, ascending. Buckling: load factors, by size.
  package var eigenvalues: [Double]
  /// The vectors by columns, one after the other; `xᵀ M x = 1` (vibration) or `xᵀ K x = 1`
  /// (buckling), and the element of largest size is positive.
  package var vectors: [Double]
  /// How many eigenvalues the inertia of a factor has counted where these were found; nil unchecked.
  package var sturmCount: Int?
  /// Floating point operations of all factorisations.
  package var factorOperations = 0.0
  /// How the eigenvalues were counted; nil unchecked.
  package var countMethod: InertiaCount.Method?
  /// How many blocks of right-hand sides were solved.
  package var solveCount = 0

  package init(equations: Int, eigenvalues: [Double] = [], vectors: [Double] = []) {
    precondition(vectors.count == equations * eigenvalues.count, "one vector for each eigenvalue")
    self.equations = equations
    self.eigenvalues = eigenvalues
    self.vectors = vectors
  }

  package var count: Int { eigenvalues.count }

  /// The vector of mode `index`.
  package func vector(_ index: Int) -> [Double] {
    Array(vectors[(index * equations)..<((index + 1) * equations)])
  }

  /// Takes what a count has found; nil when there was none, or it is not to be trusted.
  package mutating func take(_ count: InertiaCount?) {
    sturmCount = count?.negative
    countMethod = count?.method
    factorOperations += count?.operations ?? 0
  }

  func adding(operations: Double) -> EigenSolution {
    var sum = self
    sum.factorOperations += operations
    return sum
  }

  /// Brings the modes into ascending order.
  mutating func sort() {
    let order = eigenvalues.indices.sorted { eigenvalues[$0] < eigenvalues[$1] }
    guard order != Array(eigenvalues.indices) else { return }
    vectors = order.flatMap { vector($0) }
    eigenvalues = order.map { eigenvalues[$0] }
  }

  /// Solves the problem anew within the span of its modes, with terms that the equations left out.
  ///
  /// (Λ + K') s = θ (I + M') s; the vectors become their combinations with s.
  ///
  /// - Parameters:
  ///   - addedStiffness: K', symmetric, shape `[count, count]`.
  ///   - addedMass: M', likewise; I + M' is positive definite.
  package mutating func combine(
    addedStiffness: [Double], addedMass: [Double]
  ) throws(EigenError) {
    let order = count
    let matrix = Buffer(repeating: 0.0, count: order * order)
    let metric = Buffer(repeating: 0.0, count: order * order)
    for entry in 0..<(order * order) {
      let isDiagonal = entry / order == entry % order
      matrix.view[entry] = addedStiffness[entry] + (isDiagonal ? eigenvalues[entry / order] : 0)
      metric.view[entry] = addedMass[entry] + (isDiagonal ? 1 : 0)
    }
    guard let values = try DenseEigen.solve(matrix.view, metric.view, order: order) else { return }
    var combined = [Double](repeating: 0, count: vectors.count)
    for mode in 0..<order {
      for part in 0..<order {
        let share = matrix.view[order * mode + part]
        for row in 0..<equations {
          combined[mode * equations + row] += share * vectors[part * equations + row]
        }
      }
    }
    (eigenvalues, vectors) = (values, combined)
    orient()
  }

  /// Turns each vector so that its element of largest size is positive.
  package mutating func orient() {
    let (equations, modes) = (equations, count)
    vectors.withMutableView { all in
      for mode in 0..<modes {
        let vector = all.part(mode * equations, equations)
        var largest = 0.0
        for row in 0..<equations where abs(vector[row]) > abs(largest) * (1 + 1e-9) {
          largest = vector[row]
        }
        if largest < 0 { Panels.scale(vector, by: -1) }
      }
    }
  }
}

/// What is wanted of an eigenvalue problem.
package struct EigenOptions {
  /// How many modes; fewer are found where the problem has fewer.
  package var count: Int
  /// Largest residual of a mode, relative to the eigenvalue of the inverted operator.
  package var tolerance = 1e-9
  /// How often the search may begin anew from the best vectors so far.
  package var restarts = 100
  /// Whether the inertia of a shifted matrix must confirm that no mode was missed.
  package var isCounted = true
  /// Up to this many equations the problem is solved as a dense one.
  package var denseLimit = 300
  /// Asked after each block of vectors; true ends the search.
  package var isCancelled: @Sendable () -> Bool = { false }
  /// Told how many of the wanted modes have converged.
  package var progress: ((Int) -> Void)?

  package init(count: Int) {
    precondition(count >= 1, "a search wants at least one mode")
    self.count = count
  }
}

/// Why modes were not found.
package enum EigenError: Error, Equatable {
  case factorisation(FactorisationError)
  /// The search gave up with this many modes found.
  case notConverged(found: Int, wanted: Int)
  /// The inertia counts another number of modes than were found.
  case countDiffers(found: Int, counted: Int)
  /// LAPACK's status.
  case dense(status: Int)
  case cancelled

  package init(_ error: FactorisationError) {
    self = error == .cancelled ? .cancelled : .factorisation(error)
  }
}
