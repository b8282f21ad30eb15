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
  /// How many of the last terms stand for nodes outside of the structure, such as reference nodes:
  /// the reactions there count what the constraint transfers, as in CalculiX.
  package var outsideCount = 0
  /// Whether it is left out when its first freedom is prescribed, as ties are in CalculiX.
  package var yieldsToPrescribed = false

  package init(_ terms: [Term], place: Place, outsideCount: Int = 0) {
    self.terms = terms
    self.place = place
    self.outsideCount = outsideCount
  }
}
