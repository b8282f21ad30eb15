/// What a step computes.
package enum Procedure: Equatable, Sendable {
  case linearStatic(StaticRequest)
  case heatTransfer(HeatTransferRequest)
  /// Temperatures, and the displacements that they cause.
  case temperatureDisplacement(HeatTransferRequest)
}

/// What `*STATIC` asks for.
package struct StaticRequest: Equatable, Sendable {
  /// The name after `SOLVER=`, nil when the choice is ours.
  package var solver: String?

  package init(solver: String? = nil) { self.solver = solver }
}
