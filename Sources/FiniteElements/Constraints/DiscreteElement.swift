/// A spring, dashpot or point mass: small dense matrices over the freedoms it connects.
package struct DiscreteElement: Equatable, Sendable {
  /// Its number in the deck.
  package let label: Int
  /// Displacement freedoms `3 node + direction`, all different.
  package let freedoms: [Int]
  /// Shape `[freedoms, freedoms]`, symmetric; empty stands for zero.
  package var stiffness: [Double] = []
  package var damping: [Double] = []
  package var mass: [Double] = []
}
