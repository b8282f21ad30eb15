/// How a power flow ended.
package enum PowerFlowState: Sendable, Equatable {
  case converged
  /// The mismatch is above the tolerance, but at every bus no more than rounding of the flows there.
  case rounding
  /// The limit of iterations was reached while the mismatch was above the tolerance.
  case iterationLimit
  /// The mismatch grew beyond all bounds or was no number any more.
  case diverged
  /// No step that reduces the mismatch was found: often a load beyond what the grid can carry.
  case stalled
  /// The Jacobian is singular at the bus with this index, if it is known.
  case singular(bus: Int?)

  package var isConverged: Bool {
    switch self {
    case .converged, .rounding: true
    case .iterationLimit, .diverged, .stalled, .singular: false
    }
  }

  /// One word for tables.
  package var word: String {
    switch self {
    case .converged: "converged"
    case .rounding: "converged to rounding"
    case .iterationLimit: "iteration limit"
    case .diverged: "diverged"
    case .stalled: "stalled"
    case .singular: "singular"
    }
  }
}

/// What a power flow found: the last iterate, also where it did not converge.
package struct PowerFlowSolution: Sendable {
  package var state: PowerFlowState
  /// Per unit and radians, by index of the bus; not a number where nothing is energised.
  package var magnitudes: [Double]
  package var angles: [Double]
  /// Power that each bus feeds into the grid, MW and MVAr.
  package var activeMW: [Double]
  package var reactiveMVAr: [Double]
  /// Largest mismatch before each step and at the end, per unit; each change of reactive limits begins anew.
  package var history: [Double]
  /// Steps of Newton's method.
  package var iterations: Int
  /// Index of the bus with the largest mismatch at the end, and whether it is of active power.
  package var worstBus: Int
  package var worstIsActive: Bool
  /// Whether the plain steps of Newton failed and shortened ones were taken.
  package var isDamped: Bool
  /// Generator buses that hold a reactive limit instead of their voltage: index to MVAr.
  package var atReactiveLimit: [Int: Double]
}

/// Where the iteration begins.
package enum PowerFlowStart: String, CaseIterable, Sendable {
  /// The voltages of the case.
  case file = "case"
  /// One per unit and no angle, generators at their set points.
  case flat
  /// As `flat`, with the angles of the direct-current approximation.
  case dc
}

package struct PowerFlowOptions: Sendable {
  package var start = PowerFlowStart.file
  /// Largest mismatch of active and reactive power, per unit.
  package var tolerance = 1e-8
  package var iterationsMax = 30
  package var enforcesReactiveLimits = false

  package init() {}
}
