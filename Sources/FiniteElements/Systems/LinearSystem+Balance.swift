extension LinearSystem {
  /// The largest share of the loads that rounding may leave unbalanced.
  private static let toleratedImbalance = 0.01

  /// Checks that the forces in the elements balance the loads on the unknowns.
  ///
  /// Where a body is stiffer in one way than in another by as many digits as numbers have, a factor is found,
  /// but its solution is without worth: |Tᵀ (f - f_int)| is then no longer small beside |Tᵀ (f + f_th - K g)|.
  ///
  /// - Parameters:
  ///   - loads: f, by freedom.
  ///   - resisting: f_int, the forces of elements and springs.
  ///   - right: the right-hand side of the equations.
  /// - Throws: ``AnalysisError/illConditioned(share:)``.
  func check(
    loads: [Double], resisting: [Double], right: [Double]
  ) throws(AnalysisError) {
    let missing = reduce(zip(loads, resisting).map { $0 - $1 })
    let size = max(Self.norm(right), Self.norm(resisting))
    guard size > 0 else { return }
    let share = Self.norm(missing) / size
    guard share < Self.toleratedImbalance else { throw .illConditioned(share: share) }
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
