/// One column of a linear model: a product of powers of numeric columns and of indicators of levels.
///
/// No factors: the intercept.
package struct RegressionTerm: Hashable, Sendable {
  package struct Power: Hashable, Sendable {
    /// Index among the model's source columns.
    package var column: Int
    /// At least 1.
    package var exponent: Int

    package init(column: Int, exponent: Int) {
      self.column = column
      self.exponent = exponent
    }
  }

  /// 1 where the column of labels has this level, else 0.
  package struct Indicator: Hashable, Sendable {
    package var column: Int
    package var level: Int

    package init(column: Int, level: Int) {
      self.column = column
      self.level = level
    }
  }

  /// By column, each column once.
  package let powers: [Power]
  package let indicators: [Indicator]

  package init(powers: [Power] = [], indicators: [Indicator] = []) {
    var exponents: [Int: Int] = [:]
    for power in powers { exponents[power.column, default: 0] += power.exponent }
    self.powers = exponents.sorted { $0.key < $1.key }.map {
      Power(column: $0.key, exponent: $0.value)
    }
    self.indicators = Set(indicators).sorted { ($0.column, $0.level) < ($1.column, $1.level) }
  }

  package static let intercept = RegressionTerm()

  package var isIntercept: Bool { powers.isEmpty && indicators.isEmpty }

  /// The term with one power less of a column.
  func lowered(_ column: Int) -> RegressionTerm {
    RegressionTerm(
      powers: powers.compactMap { power in
        guard power.column == column else { return power }
        guard power.exponent > 1 else { return nil }
        return Power(column: column, exponent: power.exponent - 1)
      }, indicators: indicators)
  }

  func exponent(of column: Int) -> Int { powers.first { $0.column == column }?.exponent ?? 0 }
}

/// What is regressed on what, by index into the source columns of a table.
package struct RegressionModel: Sendable {
  package var terms: [RegressionTerm]
  package var response: Int
  /// Column of weights (inverse variances up to a factor); nil: all 1.
  package var weight: Int?

  package init(terms: [RegressionTerm], response: Int, weight: Int? = nil) {
    precondition(Set(terms).count == terms.count, "each term once")
    // The intercept comes first: the factor then holds the centred sums of squares.
    self.terms = terms.filter(\.isIntercept) + terms.filter { !$0.isIntercept }
    self.response = response
    self.weight = weight
  }

  package var hasIntercept: Bool { terms.first?.isIntercept ?? false }
}
