/// Expresses dependent freedoms by independent ones: u = T x + g.
///
/// Constraints are solved for one freedom each, by Gauss elimination: the first term's where it may
/// be eliminated, else the one with the largest coefficient. Prescribed freedoms are never
/// eliminated; they stay in the expressions and take part with their values.
package struct Elimination: Sendable {
  /// `freedom` = sum of coefficient times freedom over `terms`; none of those is dependent.
  package struct Expression: Sendable {
    package let freedom: Int
    /// Freedoms ascend.
    package var terms: [LinearConstraint.Term]
  }

  package private(set) var expressions: [Expression] = []
  /// The expression of a dependent freedom.
  package private(set) var expressionOf: [Int: Int] = [:]
  /// What is left of constraints between prescribed freedoms: their values have to satisfy it.
  package private(set) var conditions: [LinearConstraint] = []

  /// Below this share of a constraint's largest coefficient, what is left of it is rounding.
  private static let rounding = 1e-10

  /// - Parameter isPrescribed: asked of the freedoms of the constraints.
  package init(_ constraints: [LinearConstraint], isPrescribed: (Int) -> Bool) {
    expressions.reserveCapacity(constraints.count)
    for constraint in constraints {
      let size = constraint.terms.reduce(0) { max($0, abs($1.coefficient)) }
      let row = reduced(constraint.terms)
      let largest = row.reduce(0) { max($0, abs($1.coefficient)) }
      // Nothing is left of a constraint that follows from others.
      guard largest > Self.rounding * size else { continue }
      guard let pivot = Self.pivot(row, constraint.terms, largest, isPrescribed) else {
        conditions.append(LinearConstraint(row, place: constraint.place))
        continue
      }
      let scale = -1 / row[pivot].coefficient
      var terms = row
      terms.remove(at: pivot)
      expressionOf[row[pivot].freedom] = expressions.count
      expressions.append(
        Expression(
          freedom: row[pivot].freedom,
          terms: terms.map { LinearConstraint.Term($0.freedom, scale * $0.coefficient) }))
    }
    // An expression may still name freedoms that were eliminated after it.
    for index in expressions.indices.reversed()
    where expressions[index].terms.contains(where: { expressionOf[$0.freedom] != nil }) {
      expressions[index].terms = reduced(expressions[index].terms)
    }
    conditions = conditions.map { LinearConstraint(reduced($0.terms), place: $0.place) }
  }

  /// The terms with dependent freedoms replaced by what they stand for, sums below rounding dropped;
  /// freedoms ascend.
  ///
  /// An expression names only freedoms that are eliminated after its own. So taking the earliest
  /// first meets each one once.
  private func reduced(_ terms: [LinearConstraint.Term]) -> [LinearConstraint.Term] {
    var sums: [Int: Double] = [:]
    var pending: [Int: Double] = [:]
    var size = 0.0
    func add(_ term: LinearConstraint.Term, factor: Double) {
      let value = factor * term.coefficient
      size = max(size, abs(value))
      if let index = expressionOf[term.freedom] {
        pending[index, default: 0] += value
      } else {
        sums[term.freedom, default: 0] += value
      }
    }
    for term in terms { add(term, factor: 1) }
    while let earliest = pending.keys.min() {
      guard let factor = pending.removeValue(forKey: earliest), factor != 0 else { continue }
      for term in expressions[earliest].terms { add(term, factor: factor) }
    }
    return sums.filter { abs($0.value) > 1e-14 * size }.sorted { $0.key < $1.key }
      .map { LinearConstraint.Term($0.key, $0.value) }
  }

  /// The place in `row` of the freedom to eliminate; nil when all are prescribed.
  private static func pivot(
    _ row: [LinearConstraint.Term], _ terms: [LinearConstraint.Term], _ largest: Double,
    _ isPrescribed: (Int) -> Bool
  ) -> Int? {
    if let first = terms.first?.freedom, !isPrescribed(first),
      let place = row.firstIndex(where: { $0.freedom == first }),
      abs(row[place].coefficient) > rounding * largest
    {
      return place
    }
    return row.indices.filter { !isPrescribed(row[$0].freedom) }
      .max { abs(row[$0].coefficient) < abs(row[$1].coefficient) }
  }
}
