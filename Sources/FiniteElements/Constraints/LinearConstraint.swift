/// A homogeneous linear relation between displacement freedoms: the sum of coefficient times
/// displacement is zero.
///
/// Freedoms are `3 node + direction`. The first term is the one to eliminate where that is possible.
package struct LinearConstraint: Equatable, Sendable {
  package struct Term: Equatable, Sendable {
    package let freedom: Int
    package let coefficient: Double

    package init(_ freedom: Int, _ coefficient: Double) {
      self.freedom = freedom
      self.coefficient = coefficient
    }
  }

  package var terms: [Term]
  /// Where the deck asks for it, for messages.
  package let place: Place

  package init(_ terms: [Term], place: Place) {
    self.terms = terms
    self.place = place
  }
}
