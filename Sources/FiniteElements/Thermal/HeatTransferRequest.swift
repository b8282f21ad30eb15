/// How a step's time is divided (`initial, period, minimum, maximum` on the procedure's data line).
package struct TimeIncrements: Equatable, Sendable {
  package var initial = 1.0
  /// Below, the analysis gives up.
  package var minimum: Double?
  package var maximum: Double?
  /// `DIRECT`: all increments but the last have the initial length.
  package var isFixed = false

  package init(
    initial: Double = 1, minimum: Double? = nil, maximum: Double? = nil, isFixed: Bool = false
  ) {
    self.initial = initial
    self.minimum = minimum
    self.maximum = maximum
    self.isFixed = isFixed
  }
}

/// What `*HEAT TRANSFER` asks for.
package struct HeatTransferRequest: Equatable, Sendable {
  /// No heat is stored.
  package var isSteady = false
  package var increments = TimeIncrements()
  /// The largest change of a temperature in an increment (`DELTMX`).
  package var largestChange: Double?
  package var solver: String?

  package init(isSteady: Bool = false, increments: TimeIncrements = TimeIncrements()) {
    self.isSteady = isSteady
    self.increments = increments
  }
}

extension HeatTransferRequest {
  /// How many solutions of a linear step share their matrix.
  func solutionsWithOneMatrix(_ period: Double) -> Int {
    guard isSteady || increments.isFixed, increments.initial > 0 else { return 1 }
    return max(1, Int(min((period / increments.initial).rounded(.up), 1e6)))
  }
}

/// How loads without an amplitude change in a step (`*STEP, AMPLITUDE=`).
package enum LoadCourse: Equatable, Sendable {
  /// In proportion to the time from their earlier values.
  case ramp
  /// At once.
  case step
}
