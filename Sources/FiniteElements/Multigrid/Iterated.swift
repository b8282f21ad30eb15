import Glibc
import LinearAlgebra

/// How the equations of a step were solved; its description is a sentence without a full stop.
package struct SolutionReport: Equatable, Sendable {
  package var method = SolverChoice.Method.direct
  /// Why, one sentence without a full stop.
  package var reason = ""
  /// Of conjugate gradients; nil for a direct solution.
  package var iterations: Int?
  /// Norm of the residual over that of the right-hand side; nil for a direct solution.
  package var residual: Double?
  /// Bytes that an iteration moves at least, from the sizes of matrices and vectors; nil for a
  /// direct solution.
  package var iterationBytes: Double?
  /// Floating point operations of the last factorisation; nil where there was none.
  package var factorOperations: Double?
  /// How often the displacements of a factor were corrected; see `LinearStatic.refine`.
  package var refinements = 0
  /// The last correction over the largest displacement, an estimate of the error of rounding; nil where
  /// none was computed.
  package var correction: Double?

  /// A motion that the factor does not resist; nil where there is none, or nobody looked for one.
  package var freeMotion: FreeMotion?
  /// Which part of the lowest eigenvalue is rounding; nil where it is none to speak of.
  package private(set) var eigenvalueLoss: Double?

  /// What limits how far the solution may be trusted.
  package var notices: [String] {
    [freeMotionNotice, roundingNotice, lossNotice].compactMap { $0 }
  }

  private var lossNotice: String? {
    guard let eigenvalueLoss else { return nil }
    return
      "rounding has changed the lowest eigenvalue by \(Self.size(eigenvalueLoss)) of it: elements are too thin or "
      + "too stiff beside others for the accuracy of the processor's numbers"
  }

  /// Takes note of what rounding in the matrix did to the lowest eigenvalue.
  ///
  /// - Parameter isMended: the modes have been found in another way.
  mutating func includeLoss(_ loss: Double, isMended: Bool) {
    guard isMended else {
      eigenvalueLoss = loss
      return
    }
    reason +=
      "; of the modes of the matrix, rounding had changed the lowest eigenvalue by \(Self.size(loss)) of it"
      + ModesByForces.remedy
  }

  private static func size(_ part: Double) -> String {
    let (digit, exponent) = DecimalDigits.rounded(part, decimals: 0)
    return "\(digit)e\(exponent)"
  }

  /// A warning where displacements are not unique.
  private var freeMotionNotice: String? {
    guard let freeMotion else { return nil }
    return
      "the model can deform freely near node \(freeMotion.node) \(freeMotion.motion), which the loads do not "
      + "cause: displacements are determined but for this motion; support it, or use another element there"
  }

  /// A warning where rounding has eaten digits that an engineer would read.
  package var roundingNotice: String? {
    guard let correction, correction > 1e-6 else { return nil }
    return
      "rounding may have moved the displacements by \(Self.size(correction)) of the largest one: "
      + "elements are too thin or too stiff beside others for the accuracy of the processor's numbers"
  }

  init() {}

  init(_ choice: SolverChoice) {
    method = choice.method
    reason = choice.reason
  }

  /// Says that the direct solver is used after all.
  mutating func giveUp(_ reason: String) {
    method = .direct
    self.reason = reason
    iterations = nil
    residual = nil
    iterationBytes = nil
  }

  /// Takes an outcome; false when it is no solution.
  mutating func accept(_ outcome: ConjugateGradients.Report) throws(AnalysisError) -> Bool {
    iterations = outcome.iterations
    residual = outcome.residual
    switch outcome.ending {
    case .converged, .accepted: return true
    case .cancelled: throw .cancelled
    case .stagnated, .indefinite:
      giveUp("conjugate gradients did not converge in \(outcome.iterations) iterations")
      return false
    }
  }
}

extension SolutionReport: CustomStringConvertible {
  package var description: String {
    let method =
      method == .direct ? "a factorisation" : "conjugate gradients with \(method.rawValue)"
    guard let iterations, let residual else { return "solved by \(method): \(reason)" }
    let (digit, exponent) = DecimalDigits.rounded(residual, decimals: 0)
    return
      "solved by \(method) in \(iterations) iterations, residual \(digit)e\(exponent): \(reason)"
  }
}

extension Observer {
  /// Reports an iteration of conjugate gradients; the fraction is how far the residual is on the way
  /// to 1e-8.
  func advice(iterations: Int, residual: Double) -> ConjugateGradients.Advice {
    if isCancelled() { return .cancel }
    let fraction = residual > 0 && residual.isFinite ? min(max(-log10(residual) / 8, 0), 1) : 0
    let isEnough = progress(
      .solve, fraction, [.residual: residual, .iterations: Double(iterations)])
    return isEnough ? .accept : .goOn
  }
}

/// An iterative solver and the steps it serves.
///
/// Where it turns out not to apply, or does not converge, it says so and leaves the step to the
/// direct solver.
final class Iterated {
  private let fixed: Set<Int>
  private let request: String?
  private var report: SolutionReport
  private var solver: IterativeStatic?

  init(
    _ deck: Deck, _ fixed: Set<Int>, _ choice: SolverChoice, request: String?, threads: Int,
    observer: Observer
  ) throws(AnalysisError) {
    self.fixed = fixed
    self.request = request
    report = SolutionReport(choice)
    do {
      solver = IterativeStatic(
        try SolidMultigrid(
          SolidProblem(deck, fixed: fixed), threads: threads, isCancelled: observer.isCancelled))
    } catch {
      switch error {
      case .analysis(let error): throw error
      case .inapplicable(let reason): report.giveUp(reason)
      }
    }
  }

  /// Whether a step differs from the one it was made for in its loads only.
  func serves(_ step: Step, _ fixed: Set<Int>) -> Bool {
    step.constraints.isEmpty && self.fixed == fixed && request == step.requestedSolver
  }

  var unknowns: Int { solver?.unknowns ?? 0 }

  /// - Parameter prescribed: displacements by freedom, zero where they are not given.
  /// - Returns: all displacements; nil where the direct solver has to be used.
  func displacements(
    _ prescribed: [Double], loads: [Double], observer: Observer
  ) throws(AnalysisError) -> (displacements: [Double]?, report: SolutionReport) {
    guard let solver else { return (nil, report) }
    try observer.report(.solve, 0)
    var displacements = prescribed
    let outcome = solver.solve(loads: loads, displacements: &displacements) {
      observer.advice(iterations: $0, residual: $1)
    }
    report.iterationBytes = solver.iterationBytes
    guard try report.accept(outcome) else {
      self.solver = nil
      return (nil, report)
    }
    return (displacements, report)
  }
}

extension Step {
  /// The name after `SOLVER=` on the procedure card.
  var requestedSolver: String? {
    switch procedure {
    case .linearStatic(let request): request.solver
    case .frequency(let request): request.solver
    case .heatTransfer, .temperatureDisplacement, .dynamic, .modalDynamic, .steadyState, .buckling:
      nil
    }
  }
}
