/// What `*MODAL DYNAMIC` asks for.
package struct ModalDynamicRequest: Equatable, Sendable {
  package var increments = TimeIncrements(isFixed: true)
  /// With automatic increments: the largest change of a nodal force in one.
  package var largestForceChange = Double.infinity
  /// `STEADY STATE`: go on until the largest displacement changes less than this share.
  package var steadyTolerance: Double?
}

/// What `*STEADY STATE DYNAMICS` asks for.
package struct SteadyStateRequest: Equatable, Sendable {
  /// Hz.
  package var lowest = 0.0
  package var highest = 0.0
  /// Points from one natural frequency to the next, both included.
  package var pointCount = 20
  /// How much the points crowd at natural frequencies; 1 spaces them evenly.
  package var bias = 3.0
  /// nil for a harmonic load.
  package var period: LoadPeriod?

  /// `HARMONIC=NO`: a periodic load, given by amplitudes over a span of time.
  package struct LoadPeriod: Equatable, Sendable {
    package var termCount = 20
    package var start = 0.0
    package var end = 1.0
  }
}

/// Damping of modes (`*MODAL DAMPING`).
package enum ModalDamping: Equatable, Sendable {
  case none
  /// Shares of critical damping by mode, counted from 0.
  case ratios([Int: Double])
  case rayleigh(RayleighDamping)

  /// alpha and beta where damping is given so.
  var rayleigh: RayleighDamping? {
    if case .rayleigh(let rayleigh) = self { return rayleigh }
    return nil
  }

  /// The share of critical damping of a mode.
  func ratio(_ mode: Int, omega: Double) -> Double {
    switch self {
    case .none: return 0
    case .ratios(let ratios): return ratios[mode] ?? 0
    case .rayleigh(let rayleigh):
      guard omega > 1e-10 else { return 0 }
      return (rayleigh.alpha + rayleigh.beta * omega * omega) / (2 * omega)
    }
  }
}
