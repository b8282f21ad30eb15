/// A state of the model that may be printed: the end of a step, an increment, a mode.
package struct Frame: Sendable {
  package enum Kind: Equatable, Sendable {
    /// A state in time.
    case state
    /// A mode of vibration or buckling, counted from 1.
    case mode(Int)
    /// The real or imaginary part of a harmonic response.
    case harmonic(isImaginary: Bool)
    /// A state of a response to a periodic load.
    case periodic
  }

  package let step: Step
  package var kind = Kind.state
  /// What a mode is, also of the loaded state in a buckling step (as mode 0).
  package var mode: ModeFacts?
  /// Counted from 1 in its step.
  package var increment = 1
  /// Total time; the frequency in Hz of a harmonic response.
  package var time: Double
  /// By degree of freedom `3 node + direction`.
  package var displacements: [Double]
  package var velocities: [Double] = []
  /// With the imaginary part of a harmonic response: the real displacements.
  package var otherPart: [Double] = []
  /// Forces that the elements exert, by degree of freedom: reactions where the model is held, the
  /// applied loads elsewhere.
  package var internalForces: [Double]
  /// By node; empty where there is none.
  package var temperatures: [Double] = []
  /// Heat that flows into the elements at a node, by node; empty where no heat flows.
  package var heatFlows: [Double] = []
  /// Heat per volume that body loads bring, by element.
  package var bodyHeat: [Int: Double] = [:]
  package var fields: PointFields
  /// Total mass; nil when a material has no density.
  package var mass: Double?

  /// The number of the mode that the frame shows.
  package var modeNumber: Int? { if case .mode(let number) = kind { number } else { nil } }
}
