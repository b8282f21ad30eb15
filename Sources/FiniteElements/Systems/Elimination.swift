/// Expresses dependent freedoms by independent ones: u = T x + g.
///
/// Constraints are solved for one freedom each, by Gauss elimination: the first term's where it may
/// be eliminated, else the one with the largest coefficient. Prescribed freedoms are never
/// eliminated; they stay in the expressions and take part with their values.
package struct Elimination: Sendable {
  /// `freedom` = sum of coefficient times freedom over `terms`; none of those is dependent.
  package struct Expression: Sendable {
    package let freedom: Int
    package let terms: [LinearConstraint.Term]
  }

  package enum Failure: Error, Sendable {
    /// All freedoms of a constraint are prescribed or already tied: the place in the deck.
    case overconstrained(Place)
  }

  package private(set) var expressions: [Expression] = []
  /// The expression of a dependent freedom.
  package private(set) var expressionOf: [Int: Int] = [:]

  /// - Parameter isPrescribed: asked of displacement freedoms.
  package init(
    _ constraints: [LinearConstraint], isPrescribed: (Int) -> Bool
  ) throws(Failure) {
    var rows: [Int: [Int: Double]] = [:]
    var order: [Int] = []
    for constraint in constraints {
      let row = Self.reduced(constraint.terms, by: rows)
      guard let pivot = Self.pivot(row, constraint.terms, isPrescribed) else {
        // Nothing is left of a constraint that follows from others.
        if row.isEmpty { continue }
        throw .overconstrained(constraint.place)
      }
      let scale = row[pivot] ?? 1
      var solved = row.mapValues { -$0 / scale }
      solved[pivot] = nil
      rows[pivot] = solved
      order.append(pivot)
    }
    // Rows solved early may still name freedoms that were eliminated later.
    for pivot in order.reversed() {
      let terms = (rows[pivot] ?? [:]).map { LinearConstraint.Term($0.key, $0.value) }
      let full = Self.reduced(terms, by: rows)
      rows[pivot] = full
    }
    for pivot in order {
      expressionOf[pivot] = expressions.count
      expressions.append(
        Expression(
          freedom: pivot,
          terms: (rows[pivot] ?? [:]).sorted { $0.key < $1.key }
            .map { LinearConstraint.Term($0.key, $0.value) }))
    }
  }

  /// The terms with dependent freedoms replaced by what they stand for, sums below rounding dropped.
  private static func reduced(
    _ terms: [LinearConstraint.Term], by rows: [Int: [Int: Double]]
  ) -> [Int: Double] {
    var result: [Int: Double] = [:]
    var pending = terms
    var size = 0.0
    while let term = pending.popLast() {
      if let row = rows[term.freedom] {
        for (freedom, coefficient) in row {
          pending.append(LinearConstraint.Term(freedom, coefficient * term.coefficient))
        }
      } else {
        result[term.freedom, default: 0] += term.coefficient
        size = max(size, abs(term.coefficient))
      }
    }
    return result.filter { abs($0.value) > 1e-13 * size }
  }

  private static func pivot(
    _ row: [Int: Double], _ terms: [LinearConstraint.Term], _ isPrescribed: (Int) -> Bool
  ) -> Int? {
    let largest = row.values.map(abs).max() ?? 0
    if let first = terms.first?.freedom, let coefficient = row[first], !isPrescribed(first),
      abs(coefficient) > 1e-10 * largest
    {
      return first
    }
    return row.filter { !isPrescribed($0.key) }
      .max { (abs($0.value), $1.key) < (abs($1.value), $0.key) }?.key
  }
}
