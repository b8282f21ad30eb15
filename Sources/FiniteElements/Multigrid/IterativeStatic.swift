import LinearAlgebra

/// Solves a body's stiffness equations by conjugate gradients with a multigrid preconditioner.
final class IterativeStatic {
  private let multigrid: SolidMultigrid
  private var system: SolidOperator { multigrid.system }

  init(_ multigrid: SolidMultigrid) { self.multigrid = multigrid }

  /// What one iteration reads and writes at least.
  var iterationBytes: Double { multigrid.iterationBytes }
  var unknowns: Int { system.unknowns }

  /// - Parameters:
  ///   - loads: forces by degree of freedom of the mesh.
  ///   - displacements: prescribed ones where fixed; the others are overwritten.
  ///   - observe: told the iteration and the relative residual; says whether to go on.
  func solve(
    loads: [Double], displacements: inout [Double],
    observe: (Int, Double) -> ConjugateGradients.Advice
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
    let iteration = ConjugateGradients(team: multigrid.team)
    var report = iteration.solve(
      system, multigrid.preconditioner, right: b, solution: x, count: system.count, observe: observe
    )
    // A smoother whose interval ends below the largest eigenvalue makes the preconditioner indefinite.
    if report.ending == .stagnated || report.ending == .indefinite,
      let smoothed = multigrid.preconditioner as? PolynomialMultigrid, smoothed.raisesBound()
    {
      report = iteration.solve(
        system, multigrid.preconditioner, right: b, solution: x, count: system.count,
        observe: observe)
    }
    for (place, node) in nodes.enumerated() {
      for i in 0..<3 where !system.isFixed[3 * place + i] {
        displacements[3 * Int(node) + i] = x[3 * place + i]
      }
    }
    return report
  }
}
