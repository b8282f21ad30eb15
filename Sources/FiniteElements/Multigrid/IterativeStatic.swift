import LinearAlgebra

/// Solves a body's stiffness equations by conjugate gradients with a multigrid preconditioner.
///
/// Quadratic elements: p-multigrid over the corner nodes, those by smoothed aggregation. Linear
/// elements: smoothed aggregation at once. No stiffness matrix of the quadratic elements is built.
final class IterativeStatic {
  /// Why there is no solver for a problem.
  enum Failure: Error {
    /// The method does not apply; one sentence, no full stop.
    case inapplicable(String)
    case analysis(AnalysisError)
  }

  private let system: SolidOperator
  private let preconditioner: any Preconditioner
  private let team: ThreadTeam
  /// Equations and blocks of the coarse levels.
  let coarseSizes: [Int]
  /// What one iteration reads and writes at least.
  let iterationBytes: Double

  /// - Parameter isCancelled: asked between the parts of the set-up.
  init(
    _ problem: SolidProblem, threads: Int, isCancelled: () -> Bool = { false }
  ) throws(Failure) {
    let team = ThreadTeam(count: threads)
    func pause() throws(Failure) { if isCancelled() { throw .analysis(.cancelled) } }
    do {
      system = try SolidOperator(problem, team: team)
    } catch {
      throw .analysis(error)
    }
    self.team = team
    try pause()
    guard let space = CornerSpace(problem.mesh, system) else {
      throw .inapplicable("some elements are collapsed, or have a corner where others have none")
    }
    let matrix = CornerMatrix(problem.mesh, system, space).assembled()
    try pause()
    let places = system.numbering.nodes
    let motions = NearNullSpace.rigidBody(
      nodes: space.corners.count,
      position: { problem.mesh.position(of: Int(places[Int(space.corners[$0])])) },
      isFree: { !space.isFixed[3 * $0 + $1] })
    let coarse: AlgebraicMultigrid
    do {
      coarse = try AlgebraicMultigrid(matrix, nearNullSpace: motions, team: team)
    } catch {
      throw .inapplicable("the equations are too ill-conditioned for single precision")
    }
    try pause()
    coarseSizes = coarse.sizes
    // About twelve passes over vectors in double precision go with an iteration.
    let ownBytes = system.productBytes(numberSize: 8) + 96 * Double(system.vectorLength)
    if space.hasMiddles {
      let multigrid = PolynomialMultigrid(system, space, coarse: coarse)
      preconditioner = multigrid
      iterationBytes = ownBytes + multigrid.bytesPerCycle
    } else {
      preconditioner = coarse
      iterationBytes = ownBytes + coarse.bytesPerCycle
    }
  }

  var unknowns: Int { system.unknowns }

  /// - Parameters:
  ///   - loads: forces by degree of freedom of the mesh.
  ///   - displacements: prescribed ones where fixed; the others are overwritten.
  ///   - observe: told the iteration and the relative residual; false ends the iteration.
  func solve(
    loads: [Double], displacements: inout [Double], observe: (Int, Double) -> Bool
  ) -> ConjugateGradients.Report {
    let right = Buffer(repeating: 0.0, count: system.vectorLength)
    let solution = Buffer(repeating: 0.0, count: system.vectorLength)
    let (b, x) = (right.view, solution.view)
    let nodes = system.numbering.nodes
    if displacements.contains(where: { $0 != 0 }) {
      for (place, node) in nodes.enumerated() {
        for i in 0..<3 where system.isFixed[3 * place + i] {
          x[3 * place + i] = displacements[3 * Int(node) + i]
        }
      }
      system.forces(of: x, into: b)
    }
    for (place, node) in nodes.enumerated() {
      for i in 0..<3 { b[3 * place + i] = loads[3 * Int(node) + i] - b[3 * place + i] }
    }
    system.clearFixed(b)
    let iteration = ConjugateGradients(team: team)
    var report = iteration.solve(
      system, preconditioner, right: b, solution: x, count: system.count, observe: observe)
    // A smoother whose interval ends below the largest eigenvalue makes the preconditioner indefinite.
    if report.ending == .stagnated || report.ending == .indefinite,
      let multigrid = preconditioner as? PolynomialMultigrid, multigrid.raisesBound()
    {
      report = iteration.solve(
        system, preconditioner, right: b, solution: x, count: system.count, observe: observe)
    }
    for (place, node) in nodes.enumerated() {
      for i in 0..<3 where !system.isFixed[3 * place + i] {
        displacements[3 * Int(node) + i] = x[3 * place + i]
      }
    }
    return report
  }
}
