/// A symmetric positive definite operator in double precision.
package protocol DoubleOperator: AnyObject {
  /// Length of its vectors, places that may be used beyond the end included.
  var vectorLength: Int { get }
  /// Overwrites `product`; `vector` may be changed only in places that do not count.
  func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>)
}

/// An approximate inverse in single precision.
package protocol Preconditioner: AnyObject {
  var vectorLength: Int { get }
  /// Overwrites `solution`.
  func apply(_ right: MutableView<Float>, into solution: MutableView<Float>)
}

extension AlgebraicMultigrid: Preconditioner {}

/// Conjugate gradients with a preconditioner that may vary a little from step to step, as one in
/// single precision does [Notay 2000, SIAM J. Sci. Comput. 22(4)].
package struct ConjugateGradients {
  package enum Ending: Equatable, Sendable {
    case converged
    /// The observer took the solution as it stood.
    case accepted
    /// The residual stopped falling, or fell too slowly.
    case stagnated
    /// Operator or preconditioner are not positive definite.
    case indefinite
    case cancelled
  }

  /// What an observer says after each iteration.
  package enum Advice: Equatable, Sendable {
    case goOn
    /// The solution is good enough as it is.
    case accept
    case cancel
  }

  package struct Report: Equatable, Sendable {
    package let ending: Ending
    package let iterations: Int
    /// Norm of the true residual over the norm of the right-hand side.
    package let residual: Double
  }

  /// Norm of the residual over that of the right-hand side at which the iteration ends.
  package var tolerance = 1e-8
  package var iterationLimit = 400
  /// In so many iterations the residual has to fall by half.
  package var patience = 60
  package let team: ThreadTeam

  package init(team: ThreadTeam) { self.team = team }

  /// Solves `A x = right` from `solution` = 0, which is overwritten.
  ///
  /// - Parameters:
  ///   - count: how many numbers of the vectors count.
  ///   - observe: told the iteration and the relative residual; says whether to go on.
  package func solve(
    _ system: any DoubleOperator, _ preconditioner: any Preconditioner, right: MutableView<Double>,
    solution: MutableView<Double>, count: Int, observe: (Int, Double) -> Advice
  ) -> Report {
    var state = State(system, preconditioner, right, solution, count, team)
    let size = state.begin()
    guard size > 0 else { return Report(ending: .converged, iterations: 0, residual: 0) }
    var history: [Double] = []
    while true {
      let residual = state.residualNorm / size
      guard residual.isFinite else {
        return Report(ending: .indefinite, iterations: history.count, residual: residual)
      }
      if residual <= tolerance {
        let truth = state.refresh() / size
        if truth <= 2 * tolerance {
          return Report(ending: .converged, iterations: history.count, residual: truth)
        }
      }
      switch observe(history.count, residual) {
      case .goOn: break
      case .accept:
        return Report(
          ending: .accepted, iterations: history.count, residual: state.refresh() / size)
      case .cancel:
        return Report(ending: .cancelled, iterations: history.count, residual: residual)
      }
      history.append(residual)
      let isStuck =
        history.count > patience
        && residual > 0.5 * history[history.count - 1 - patience]
      if isStuck || history.count > iterationLimit {
        return Report(ending: .stagnated, iterations: history.count - 1, residual: residual)
      }
      guard state.advance() else {
        return Report(ending: .indefinite, iterations: history.count, residual: residual)
      }
    }
  }
}

/// The vectors of the iteration.
private struct State: ~Copyable {
  private let system: any DoubleOperator
  private let preconditioner: any Preconditioner
  private let right: MutableView<Double>
  private let solution: MutableView<Double>
  private let count: Int
  private let team: ThreadTeam
  private let residual: Buffer<Double>
  private let direction: Buffer<Double>
  private let product: Buffer<Double>
  private let scaled: Buffer<Float>
  private let correction: Buffer<Float>
  private(set) var residualNorm = 0.0
  /// Of the previous step: residual times correction, and the length of the step.
  private var energy = 0.0
  private var step = 0.0
  private var isFirst = true

  init(
    _ system: any DoubleOperator, _ preconditioner: any Preconditioner,
    _ right: MutableView<Double>, _ solution: MutableView<Double>, _ count: Int, _ team: ThreadTeam
  ) {
    self.system = system
    self.preconditioner = preconditioner
    self.right = right
    self.solution = solution
    self.count = count
    self.team = team
    residual = Buffer(repeating: 0, count: system.vectorLength)
    direction = Buffer(repeating: 0, count: system.vectorLength)
    product = Buffer(repeating: 0, count: system.vectorLength)
    scaled = Buffer(repeating: 0, count: max(preconditioner.vectorLength, count))
    correction = Buffer(repeating: 0, count: max(preconditioner.vectorLength, count))
  }

  /// Begins with zero; returns the norm of the right-hand side.
  mutating func begin() -> Double {
    let (r, b, x) = (residual.view, right, solution)
    let squared = team.sum(count) { range in
      var sum = 0.0
      for index in range {
        x[index] = 0
        r[index] = b[index]
        sum += b[index] * b[index]
      }
      return sum
    }
    residualNorm = squared.squareRoot()
    return residualNorm
  }

  /// Computes the residual anew and begins again with it; returns its norm.
  mutating func refresh() -> Double {
    system.multiply(solution, into: product.view)
    let (r, q, b) = (residual.view, product.view, right)
    let squared = team.sum(count) { range in
      var sum = 0.0
      for index in range {
        r[index] = b[index] - q[index]
        sum += r[index] * r[index]
      }
      return sum
    }
    residualNorm = squared.squareRoot()
    isFirst = true
    return residualNorm
  }

  /// One step; false when the operator or the preconditioner shows not to be positive definite.
  mutating func advance() -> Bool {
    let (r, p, q, x) = (residual.view, direction.view, product.view, solution)
    let (s, z) = (scaled.view, correction.view)
    let (size, inverse) = (residualNorm, 1 / residualNorm)
    team.split(count) { for index in $0 { s[index] = Float(r[index] * inverse) } }
    preconditioner.apply(s, into: z)
    let along =
      team.sum(count) { range in
        var sum = 0.0
        for index in range { sum += r[index] * Double(z[index]) }
        return sum
      } * size
    guard along > 0 else { return false }
    var beta = 0.0
    if !isFirst {
      let change = team.sum(count) { range in
        var sum = 0.0
        for index in range { sum += q[index] * Double(z[index]) }
        return sum
      }
      beta = max(0, -step * change * size / energy)
    }
    team.split(count) { for index in $0 { p[index] = Double(z[index]) * size + beta * p[index] } }
    system.multiply(p, into: q)
    let curvature = team.sum(count) { range in
      var sum = 0.0
      for index in range { sum += p[index] * q[index] }
      return sum
    }
    guard curvature > 0 else { return false }
    let alpha = along / curvature
    let squared = team.sum(count) { range in
      var sum = 0.0
      for index in range {
        x[index] += alpha * p[index]
        r[index] -= alpha * q[index]
        sum += r[index] * r[index]
      }
      return sum
    }
    residualNorm = squared.squareRoot()
    (energy, step, isFirst) = (along, alpha, false)
    return true
  }
}
