import LinearAlgebra

/// The stiffness of a body as an operator, and a multigrid preconditioner for it.
///
/// Quadratic elements: p-multigrid over the corner nodes, those by smoothed aggregation. Linear
/// elements: smoothed aggregation at once. No stiffness matrix of the quadratic elements is built.
struct SolidMultigrid {
  /// Why there is no preconditioner for a problem.
  enum Failure: Error {
    /// The method does not apply; one sentence, no full stop.
    case inapplicable(String)
    case analysis(AnalysisError)
  }

  let system: SolidOperator
  let preconditioner: any Preconditioner
  let team: ThreadTeam
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
}
