import LinearAlgebra

/// One step of p-multigrid: smoothing on all nodes, correction by the corner nodes alone.
///
/// [Rønquist, Patera 1987, J. Sci. Comput. 2; for the smoother Adams et al. 2003.]
final class PolynomialMultigrid: Preconditioner {
  private let system: SolidOperator
  private let space: CornerSpace
  private let coarse: AlgebraicMultigrid
  private let smoother: ChebyshevSmoother
  private let residual: Buffer<Float>
  private let coarseRight: Buffer<Float>
  private let coarseSolution: Buffer<Float>

  /// - Parameter largest: an upper bound of the eigenvalues of `D⁻¹ A`.
  init(
    _ system: SolidOperator, _ space: CornerSpace, coarse: AlgebraicMultigrid,
    diagonal: BlockDiagonal, largest: Double
  ) {
    self.system = system
    self.space = space
    self.coarse = coarse
    smoother = ChebyshevSmoother(
      system, diagonal: diagonal, largest: largest, degree: 3, ratio: 8, team: system.team)
    residual = Buffer(repeating: 0, count: system.vectorLength)
    coarseRight = Buffer(repeating: 0, count: coarse.vectorLength)
    coarseSolution = Buffer(repeating: 0, count: coarse.vectorLength)
  }

  var vectorLength: Int { system.vectorLength }

  func apply(_ right: MutableView<Float>, into solution: MutableView<Float>) {
    smoother.smooth(right: right, solution: solution, isZero: true)
    smoother.residual(right: right, solution: solution, into: residual.view)
    space.restrict(residual.view, into: coarseRight.view, team: system.team)
    coarse.apply(coarseRight.view, into: coarseSolution.view)
    space.prolong(coarseSolution.view, addingTo: solution, team: system.team)
    system.clearFixed(solution)
    smoother.smooth(right: right, solution: solution, isZero: false)
  }
}
