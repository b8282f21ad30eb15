/// Which equations belong together: the displacements of a node, or one temperature.
///
/// Equations of one block must follow each other.
package struct EquationBlocks: Sendable {
  /// 1 or 3.
  package let size: Int
  /// The block of each equation, ascending, and its place in the block.
  package let blocks: [Int]
  package let components: [Int]

  package init(size: Int, blocks: [Int], components: [Int]) {
    precondition(size == 1 || size == 3, "blocks of one or three equations")
    precondition(blocks.count == components.count, "a place in its block for each equation")
    self.size = size
    self.blocks = blocks
    self.components = components
  }

  /// Each equation by itself.
  package static func single(_ count: Int) -> EquationBlocks {
    EquationBlocks(
      size: 1, blocks: Array(0..<count), components: [Int](repeating: 0, count: count))
  }

  package var count: Int { (blocks.last ?? -1) + 1 }
}

/// Solves with an assembled symmetric positive definite matrix by conjugate gradients,
/// preconditioned by smoothed aggregation.
package final class AssembledSolver {
  private let system: AssembledOperator
  private let preconditioner: AssembledPreconditioner
  private let team: ThreadTeam

  /// - Parameter nearNullSpace: of the blocks: constants, or rigid motions of the nodes.
  /// - Throws: when the coarsest matrix is not positive definite in single precision.
  package init(
    _ matrix: SymmetricMatrix, blocks: EquationBlocks, nearNullSpace: consuming NearNullSpace,
    threads: Int
  ) throws(FactorisationError) {
    precondition(blocks.blocks.count == matrix.order, "a block for each equation")
    precondition(blocks.size > 1 || blocks.count == matrix.order, "blocks of one equation each")
    team = ThreadTeam(count: threads)
    system = AssembledOperator(matrix, team: team)
    let multigrid = try AlgebraicMultigrid(
      blocks.size == 1 ? BlockMatrix(scalars: matrix) : BlockMatrix(matrix, blocks),
      nearNullSpace: nearNullSpace, team: team)
    preconditioner = AssembledPreconditioner(multigrid, blocks)
  }

  /// What one iteration reads and writes at least: the matrix, the levels, and its vectors.
  package var bytesPerIteration: Double { system.bytes + preconditioner.bytes }

  /// - Parameters:
  ///   - tolerance: norm of the residual over that of `right` at which the iteration ends.
  ///   - observe: told the iteration and the relative residual; says whether to go on.
  package func solve(
    _ right: [Double], tolerance: Double = 1e-8,
    observe: (Int, Double) -> ConjugateGradients.Advice = { _, _ in .goOn }
  ) -> (solution: [Double], report: ConjugateGradients.Report) {
    let b = Buffer(repeating: 0.0, count: system.vectorLength)
    let x = Buffer(repeating: 0.0, count: system.vectorLength)
    for (index, value) in right.enumerated() { b.view[index] = value }
    var iteration = ConjugateGradients(team: team)
    iteration.tolerance = tolerance
    let report = iteration.solve(
      system, preconditioner, right: b.view, solution: x.view, count: right.count, observe: observe)
    return (x.view.copy(first: right.count), report)
  }
}

/// Carries vectors of equations to blocks and back.
private final class AssembledPreconditioner: Preconditioner {
  private let multigrid: AlgebraicMultigrid
  private let places: [Int]
  private let right: Buffer<Float>
  private let solution: Buffer<Float>

  init(_ multigrid: AlgebraicMultigrid, _ blocks: EquationBlocks) {
    self.multigrid = multigrid
    places = blocks.blocks.indices.map { blocks.size * blocks.blocks[$0] + blocks.components[$0] }
    right = Buffer(repeating: 0, count: multigrid.vectorLength)
    solution = Buffer(repeating: 0, count: multigrid.vectorLength)
  }

  var vectorLength: Int { places.count }
  var bytes: Double { multigrid.bytesPerCycle }

  func apply(_ vector: MutableView<Float>, into result: MutableView<Float>) {
    let (right, solution) = (right.view, solution.view)
    places.withView { places in
      for index in 0..<places.count { right[places[index]] = vector[index] }
      multigrid.apply(right, into: solution)
      for index in 0..<places.count { result[index] = solution[places[index]] }
    }
  }
}
