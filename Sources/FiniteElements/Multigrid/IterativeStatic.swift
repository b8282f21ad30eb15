import LinearAlgebra

/// Solves a body's stiffness equations by conjugate gradients with a multigrid preconditioner.
///
/// Quadratic elements: p-multigrid over the corner nodes, those by smoothed aggregation. Linear
/// elements: smoothed aggregation at once. No stiffness matrix of the quadratic elements is built.
final class IterativeStatic {
  private let system: SolidOperator
  private let preconditioner: any Preconditioner
  private let team: ThreadTeam
  /// Unknowns of the levels below the finest.
  let coarseSizes: [Int]

  /// - Throws: inverted elements; nil when the method does not apply to the mesh or the model is not
  ///   held.
  init?(_ problem: SolidProblem, threads: Int) throws(AnalysisError) {
    let team = ThreadTeam(count: threads)
    let system = try SolidOperator(problem, team: team)
    guard let space = CornerSpace(problem.mesh, system) else { return nil }
    let matrix = CornerMatrix(problem.mesh, system, space).assembled()
    let motions = NearNullSpace.rigidBody(
      nodes: space.corners.count,
      position: { problem.mesh.position(of: Int(system.numbering.nodes[Int(space.corners[$0])])) },
      isFree: { !space.isFixed[3 * $0 + $1] })
    guard let coarse = try? AlgebraicMultigrid(matrix, nearNullSpace: motions, team: team) else {
      return nil
    }
    coarseSizes = coarse.sizes
    if space.hasMiddles {
      let diagonal = system.diagonal()
      let largest =
        1.1 * largestEigenvalue(system, diagonal: diagonal, steps: 12, seed: 1, team: team)
      preconditioner = PolynomialMultigrid(
        system, space, coarse: coarse, diagonal: diagonal, largest: largest)
    } else {
      preconditioner = coarse
    }
    self.system = system
    self.team = team
  }

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
    let report = ConjugateGradients(team: team).solve(
      system, preconditioner, right: b, solution: x, count: system.count, observe: observe)
    for (place, node) in nodes.enumerated() {
      for i in 0..<3 where !system.isFixed[3 * place + i] {
        displacements[3 * Int(node) + i] = x[3 * place + i]
      }
    }
    return report
  }
}
