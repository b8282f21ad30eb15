import LinearAlgebra

/// One step of p-multigrid: smoothing on all nodes, correction by the corner nodes alone.
///
/// [Rønquist, Patera 1987, J. Sci. Comput. 2; for the smoother Adams et al. 2003.]
final class PolynomialMultigrid: Preconditioner {
  private let system: SolidOperator
  private let space: CornerSpace
  private let coarse: AlgebraicMultigrid
  private let smoother: ChebyshevSmoother
  private let diagonal: BlockDiagonal
  /// A bound of the eigenvalues of `D⁻¹ A`: an estimate from below and a margin.
  private var largest: Double
  private static let margin = 1.1
  private static let degree = 3
  /// The smoother damps the upper part `1 / ratio` of the spectrum.
  private static let ratio = 8.0
  private let residual: Buffer<Float>
  private let coarseRight: Buffer<Float>
  private let coarseSolution: Buffer<Float>

  init(_ system: SolidOperator, _ space: CornerSpace, coarse: AlgebraicMultigrid) {
    self.system = system
    self.space = space
    self.coarse = coarse
    diagonal = system.diagonal()
    largest =
      Self.margin
      * largestEigenvalue(system, diagonal: diagonal, steps: 12, seed: 1, team: system.team)
    smoother = ChebyshevSmoother(
      system, diagonal: diagonal, largest: largest, degree: Self.degree, ratio: Self.ratio,
      team: system.team)
    residual = Buffer(repeating: 0, count: system.vectorLength)
    coarseRight = Buffer(repeating: 0, count: coarse.vectorLength)
    coarseSolution = Buffer(repeating: 0, count: coarse.vectorLength)
  }

  /// Estimates the largest eigenvalue with more care; whether that gave a larger bound.
  func raisesBound() -> Bool {
    let better =
      1.2 * largestEigenvalue(system, diagonal: diagonal, steps: 30, seed: 2, team: system.team)
    guard better > 1.02 * largest else { return false }
    largest = better
    smoother.damp(largest: better, ratio: Self.ratio)
    return true
  }

  var vectorLength: Int { system.vectorLength }

  /// What one step reads and writes at least; about five passes over vectors go with a product.
  var bytesPerCycle: Double {
    let product = system.productBytes(numberSize: 4) + 20 * Double(system.vectorLength)
    return Double(2 * Self.degree) * product + coarse.bytesPerCycle
  }

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
