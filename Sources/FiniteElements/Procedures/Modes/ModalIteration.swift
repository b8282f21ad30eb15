import LinearAlgebra

/// Finds the modes of a solid body by iterations on its operators, without a factor of the stiffness.
///
/// One factor remains, that of the count: it is made in single precision and forgotten.
struct ModalIteration: ~Copyable {
  private let multigrid: SolidMultigrid
  private let linear: LinearSystem
  private let problem: VibrationProblem
  private let options: EigenOptions
  private var search: BlockDavidson
  /// Largest residual of the inverted operator: its square, over the gap, is the relative error of an
  /// eigenvalue.
  private static let tolerance = 1e-7
  /// How often modes that the count misses are looked for.
  private static let attempts = 4

  init(
    _ multigrid: SolidMultigrid, _ linear: LinearSystem, _ problem: VibrationProblem,
    _ options: EigenOptions
  ) {
    self.multigrid = multigrid
    self.linear = linear
    self.problem = problem
    var options = options
    options.tolerance = Self.tolerance
    self.options = options
    search = BlockDavidson(
      stiffness: multigrid.system, mass: SolidMass(multigrid.system, linear.deck),
      preconditioner: multigrid.preconditioner, rows: multigrid.system.count, most: options.count,
      options: options, team: multigrid.team)
  }

  /// How many residuals were preconditioned.
  var iterations: Int { search.applications }

  /// The modes, counted, with the largest residual; nil where the count says that some are missing.
  ///
  /// - Parameter threads: how many the factor of the count may use.
  mutating func modes(
    threads: Int
  ) throws(EigenError) -> (modes: EigenSolution, residual: Double)? {
    BLAS.useThreads(1)
    var wanted = options.count
    var operations = 0.0
    for attempt in 0...Self.attempts {
      if attempt > 0 { try search.addRandom(BlockDavidson.blockWidth) }
      let found = try search.run(until: wanted)
      guard let border = found.border else {
        return (solution(found.count), found.residual)
      }
      BLAS.useThreads(threads)
      let count = try problem.count(below: 1 / border, witnesses(found.count, 1 / border), options)
      BLAS.useThreads(1)
      operations += count.operations
      if count.negative == found.count {
        var modes = solution(found.count)
        modes.take(count)
        modes.factorOperations = operations
        return (modes, found.residual)
      }
      // More found than there are: rounding has hidden a sign.
      guard count.negative > found.count else { return nil }
      wanted = max(wanted, count.negative)
    }
    return nil
  }

  /// The wanted ones of the `found` modes.
  private func solution(_ found: Int) -> EigenSolution {
    let count = min(options.count, found)
    var modes = EigenSolution(
      equations: linear.equationCount, eigenvalues: search.eigenvalues(count),
      vectors: (0..<count).flatMap { vector($0) })
    modes.solveCount = search.applications
    modes.orient()
    return modes
  }

  /// A mode over the equations.
  private func vector(_ place: Int) -> [Double] {
    var vector = [Double](repeating: 0, count: linear.equationCount)
    let (nodes, equations) = (multigrid.system.numbering.nodes, linear.numbering.equations)
    search.withVector(place) { values in
      for (index, node) in nodes.enumerated() {
        for i in 0..<3 where equations[3 * Int(node) + i] >= 0 {
          vector[equations[3 * Int(node) + i]] = values[3 * index + i]
        }
      }
    }
    return vector
  }

  /// The last mode found and the next one.
  private func witnesses(_ found: Int, _ limit: Double) -> InertiaCount.Witnesses {
    let places = [found - 1, found]
    let vectors = places.flatMap { vector($0) }
    let eigenvalues = search.eigenvalues(found + 1)
    return problem.witnesses(
      vectors, differences: places.map { eigenvalues[$0] - limit }, expected: found)
  }
}
