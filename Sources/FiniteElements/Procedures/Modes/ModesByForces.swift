import LinearAlgebra

/// Finds modes from the forces inside of the elements, where the stiffness matrix has lost what resists them.
///
/// Of bending, the matrix of a thin layer of bricks keeps what rounding leaves: where the layer is 1/6000 of its
/// length, a hundredth of the square of the lowest frequency is wrong, at 1/20 000 all of it. Stresses come from differences of displacements
/// within one element and lose far less (see `LinearStatic.refine`), so that K x is computed from their
/// forces, and a factor of the matrix only leads the search, which begins anew.
struct ModesByForces {
  let system: LinearSystem
  let stiffness: SymmetricMatrix
  /// What the forces of the elements lack of the stiffness; nil: nothing.
  var added: SymmetricMatrix?
  let recovery: StressRecovery
  /// Any, whose outputs do not matter.
  let step: Step
  let threads: Int
  let observer: Observer

  /// A loss below this part of an eigenvalue is not worth a search that takes several times as long.
  static let negligible = 1e-4
  /// Ends a sentence about what is lost.
  static let remedy = ": they were found by the forces inside of the elements"
  /// Said of a matrix with which no search succeeds.
  static let hiddenModes = "; rounding hides modes of the matrix" + remedy
  /// Parts of the diagonal of which the first is added that makes the matrix positive definite.
  private static let shares = [0, 1e-15, 1e-14, 1e-13, 1e-12]
  /// Added to K in any case as a part of the mass of equal trace: bodies that move freely have none of their own.
  private static let leastShift = 1e-15
  /// Largest residual of the inverted operator; the square of it is the relative error of an eigenvalue.
  private static let tolerance = 1e-7

  /// K x by the forces of stresses and springs; nil where the analysis is cancelled.
  fileprivate func forces(_ unknowns: [Double]) -> [Double]? {
    let zeros = [Double](repeating: 0, count: system.numbering.equations.count)
    let displacements = system.expand(unknowns, prescribed: zeros)
    // Of its own progress nobody wants to know.
    let silent = Observer(isCancelled: observer.isCancelled)
    guard var frame = try? recovery.frame(step, displacements, silent) else { return nil }
    for discrete in StiffnessOperator(recovery.deck).discretes {
      system.add(discrete, times: displacements, to: &frame.internalForces)
    }
    return system.reduce(frame.internalForces)
  }

  /// How much of the lowest eigenvalue is rounding, by Rayleigh's quotient of its vector.
  ///
  /// - Parameter eigenvalues: what `xᵀ K x` should be of each mode; what is nothing beside the largest one is a
  ///   rigid motion.
  func loss(_ modes: EigenSolution, _ eigenvalues: [Double]) -> Double {
    let largest = eigenvalues.reduce(0) { max($0, abs($1)) }
    guard
      let lowest = eigenvalues.indices.first(where: { abs(eigenvalues[$0]) > 1e-8 * largest })
    else { return 0 }
    let vector = modes.vector(lowest)
    guard var forces = forces(vector) else { return 0 }
    if let added {
      for (equation, force) in added.multiplied(by: vector).enumerated() {
        forces[equation] += force
      }
    }
    let quotient = zip(vector, forces).reduce(0) { $0 + $1.0 * $1.1 }
    return abs(quotient / eigenvalues[lowest] - 1)
  }

  /// `K x = λ M x`, the smallest λ; nil where there are too few equations to search in.
  func vibration(
    _ mass: SymmetricMatrix, _ options: EigenOptions
  ) throws(AnalysisError) -> EigenSolution? {
    let traces = (stiffness.diagonal.reduce(0, +), mass.diagonal.reduce(0, +))
    guard traces.1 > 0 else { return nil }
    return try modes(options) { share in
      (metric: mass, shift: max(share, Self.leastShift) * traces.0 / traces.1)
    }
  }

  /// `K x = -λ G x`, the smallest positive λ, with `xᵀ K x = 1`.
  func buckling(
    _ geometric: SymmetricMatrix, _ options: EigenOptions
  ) throws(AnalysisError) -> EigenSolution? {
    var opposite = geometric
    for entry in opposite.values.indices { opposite.values[entry].negate() }
    let metric = opposite
    guard var modes = try modes(options, { _ in (metric: metric, shift: 0) }) else { return nil }
    let order = modes.equations
    for (mode, factor) in modes.eigenvalues.enumerated() {
      for row in (mode * order)..<((mode + 1) * order) {
        modes.vectors[row] *= 1 / factor.squareRoot()
      }
    }
    return modes
  }

  private func modes(
    _ options: EigenOptions,
    _ problem: (Double) -> (metric: SymmetricMatrix, shift: Double)
  ) throws(AnalysisError) -> EigenSolution? {
    let order = system.equationCount
    guard order > 4 * (options.count + Self.directions) else { return nil }
    var factor = try system.analysed()
    guard let share = try factor.factorise(stiffness, addingOneOf: Self.shares, observer) else {
      return nil
    }
    let operations = factor.operations
    let (metric, shift) = problem(share)
    var options = options
    options.tolerance = Self.tolerance
    options.isCounted = false
    BLAS.useThreads(1)
    let team = ThreadTeam(count: threads)
    let mass = AssembledOperator(metric, team: team)
    var search = BlockDavidson(
      stiffness: ForceOperator(self, mass, shift: shift), mass: mass,
      preconditioner: FactorPreconditioner(factor, order: order), rows: order,
      most: options.count, options: options, team: team)
    do throws(EigenError) {
      _ = try search.run(until: options.count)
      // No count confirms that none is missing: a second look from other directions has to.
      try search.addRandom(BlockDavidson.blockWidth)
      _ = try search.run(until: options.count)
    } catch .cancelled {
      throw .cancelled
    } catch {
      return nil
    }
    let values = search.eigenvalues(options.count)
    guard values.allSatisfy({ $0 > 0 }) else { return nil }
    var vectors: [Double] = []
    for place in values.indices {
      search.withVector(place) { vectors += $0.copy(first: order) }
    }
    var modes = EigenSolution(
      equations: order, eigenvalues: values.map { $0 - shift }, vectors: vectors)
    modes.factorOperations = operations
    modes.solveCount = search.applications
    modes.orient()
    return modes
  }

  /// About so many directions does a search need beside those that it is for.
  private static let directions = 40
}

/// K + σ M by the forces inside of the elements.
private final class ForceOperator: DoubleOperator {
  private let body: ModesByForces
  private let mass: AssembledOperator
  private let shift: Double

  init(_ body: ModesByForces, _ mass: AssembledOperator, shift: Double) {
    (self.body, self.mass, self.shift) = (body, mass, shift)
  }

  var vectorLength: Int { mass.vectorLength }

  func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>) {
    mass.multiply(vector, into: product)
    let unknowns = vector.copy(first: vectorLength)
    // The search asks for a cancellation itself, after this product.
    let forces = body.forces(unknowns) ?? unknowns
    for row in 0..<vectorLength { product[row] = shift * product[row] + forces[row] }
    guard let added = body.added else { return }
    let others = added.multiplied(by: unknowns)
    for row in 0..<vectorLength { product[row] += others[row] }
  }
}

/// The inverse of a factor.
private final class FactorPreconditioner: Preconditioner {
  private let factor: CholeskyFactor
  private let work: Buffer<Double>
  private let order: Int

  init(_ factor: consuming CholeskyFactor, order: Int) {
    self.factor = factor
    self.order = order
    work = Buffer(repeating: 0, count: order)
  }

  var vectorLength: Int { order }

  func apply(_ right: MutableView<Float>, into solution: MutableView<Float>) {
    let work = work.view
    for row in 0..<order { work[row] = Double(right[row]) }
    // Without memory for it the residual itself is a direction, only not a good one.
    _ = try? factor.solve(work, columns: 1)
    for row in 0..<order { solution[row] = Float(work[row]) }
  }
}
