/// What `*FREQUENCY` asks for.
package struct FrequencyRequest: Equatable, Sendable {
  package var count: Int
  /// Modes outside are computed but not printed, in Hz; nil where there is no limit.
  package var lowest: Double?
  package var highest: Double?
  /// `SOLVER=MATRIXSTORAGE`: matrices instead of modes.
  package var storesMatrices = false
  /// The name after `SOLVER=`, nil when the choice is ours.
  package var solver: String?

  package init(
    count: Int, lowest: Double? = nil, highest: Double? = nil, storesMatrices: Bool = false
  ) {
    self.count = count
    self.lowest = lowest
    self.highest = highest
    self.storesMatrices = storesMatrices
  }

  /// Whether a mode with this eigenvalue (rad²/s²) is to be printed.
  package func contains(_ eigenvalue: Double) -> Bool {
    if let lowest, 4 * .pi * .pi * lowest * lowest > eigenvalue { return false }
    if let highest, 4 * .pi * .pi * highest * highest < eigenvalue { return false }
    return true
  }
}

/// What `*BUCKLE` asks for.
package struct BucklingRequest: Equatable, Sendable {
  package var count: Int
  /// The accuracy that the deck asks for; ours is better.
  package var tolerance: Double

  package init(count: Int, tolerance: Double = 0.01) {
    self.count = count
    self.tolerance = tolerance
  }
}

/// What a frame that shows a mode knows about it.
package struct ModeFacts: Equatable, Sendable {
  package enum Kind: Equatable, Sendable { case vibration, buckling }

  package let kind: Kind
  /// Counted from 1.
  package let number: Int
  /// Square of the circular frequency, or load factor.
  package let eigenvalue: Double

  /// Hz; zero when the mode is unstable.
  package var frequency: Double { eigenvalue > 0 ? eigenvalue.squareRoot() / (2 * .pi) : 0 }
}
