/// What a step computes.
package enum Procedure: Equatable, Sendable {
  case linearStatic(StaticRequest)
  case frequency(FrequencyRequest)
  case buckling(BucklingRequest)
  /// Direct integration in time.
  case dynamic(DynamicRequest)
  /// Superposition of modes in time.
  case modalDynamic(ModalDynamicRequest)
  /// Superposition of modes under periodic loads.
  case steadyState(SteadyStateRequest)
}

/// What `*STATIC` asks for.
package struct StaticRequest: Equatable, Sendable {
  /// The name after `SOLVER=`, nil when the choice is ours.
  package var solver: String?

  package init(solver: String? = nil) { self.solver = solver }
}
