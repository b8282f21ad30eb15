/// What a step computes.
package enum Procedure: Equatable, Sendable {
  case linearStatic(StaticRequest)
  case heatTransfer(HeatTransferRequest)
  /// Temperatures, and the displacements that they cause.
  case temperatureDisplacement(HeatTransferRequest)
  case frequency(FrequencyRequest)
  case buckling(BucklingRequest)
  /// Direct integration in time.
  case dynamic(DynamicRequest)
  /// Superposition of modes in time.
  case modalDynamic(ModalDynamicRequest)
  /// Superposition of modes under periodic loads.
  case steadyState(SteadyStateRequest)
}

extension Procedure {
  /// Whether temperatures are unknowns.
  var conductsHeat: Bool {
    switch self {
    case .heatTransfer, .temperatureDisplacement: true
    case .linearStatic, .frequency, .buckling, .dynamic, .modalDynamic, .steadyState: false
    }
  }

  /// Whether time plays a part: anything but a linear static step.
  var isInTime: Bool {
    switch self {
    case .linearStatic, .frequency, .buckling: false
    case .heatTransfer, .temperatureDisplacement, .dynamic, .modalDynamic, .steadyState: true
    }
  }
}

/// What `*STATIC` asks for.
package struct StaticRequest: Equatable, Sendable {
  /// The name after `SOLVER=`, nil when the choice is ours.
  package var solver: String?

  package init(solver: String? = nil) { self.solver = solver }
}
