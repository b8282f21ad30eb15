/// What a step computes.
package enum Procedure: Equatable, Sendable {
  case linearStatic(StaticRequest)
  case frequency(FrequencyRequest)
  case buckling(BucklingRequest)
  /// Direct integration in time.
  case dynamic(DynamicRequest)
}

/// What `*STATIC` asks for.
package struct StaticRequest: Equatable, Sendable {
  /// The name after `SOLVER=`, nil when the choice is ours.
  package var solver: String?

  package init(solver: String? = nil) { self.solver = solver }
}
