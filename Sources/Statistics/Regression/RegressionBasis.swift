import LinearAlgebra

/// Shifted and scaled powers in which a model is fitted: `z = (x - shift) / scale` for each column.
///
/// A column is shifted only where the model has with every term also the term of one power less (and the
/// intercept): then the shifted terms span the same space, and polynomials lose most of their ill
/// condition. Scales are powers of two, so that scaling is exact.
package struct RegressionBasis: Sendable {
  package let model: RegressionModel
  package let shifts: [Double]
  package let scales: [Double]
  package let responseShift: Double

  /// - Parameter rows: a sample of the table, source columns by columns.
  package init(_ model: RegressionModel, sample rows: MatrixView) {
    self.model = model
    let terms = Set(model.terms)
    var shifts = [Double](repeating: 0, count: rows.columns)
    var scales = [Double](repeating: 1, count: rows.columns)
    for column in Set(model.terms.flatMap { $0.powers.map(\.column) }) {
      let numbers = rows.column(column)
      let isClosed = model.terms.allSatisfy {
        $0.exponent(of: column) == 0 || terms.contains($0.lowered(column))
      }
      if isClosed { shifts[column] = Self.mean(numbers) }
      scales[column] = Self.scale(numbers, shifts[column])
    }
    self.shifts = shifts
    self.scales = scales
    responseShift = model.hasIntercept ? Self.mean(rows.column(model.response)) : 0
  }

  private static func mean(_ numbers: MutableView<Double>) -> Double {
    guard numbers.count > 0 else { return 0 }
    let count = Double(numbers.count)
    var mean = 0.0
    for row in 0..<numbers.count { mean += numbers[row] / count }
    return mean
  }

  /// The power of two next to the largest distance from the shift.
  private static func scale(_ numbers: MutableView<Double>, _ shift: Double) -> Double {
    var largest = 0.0
    for row in 0..<numbers.count { largest = max(largest, abs(numbers[row] - shift)) }
    guard largest > 0, largest.isFinite else { return 1 }
    return Double(sign: .plus, exponent: largest.exponent, significand: 1)
  }
}

// MARK: Rows in the basis

extension RegressionBasis {
  /// Fills a design block: one column per term and, behind them, the shifted response; all rows times
  /// the root of their weight.
  ///
  /// - Parameters:
  ///   - rows: the table's source columns.
  ///   - design: as many rows, `terms + 1` columns.
  func fill(_ design: MatrixView, from rows: MatrixView) {
    for (index, term) in model.terms.enumerated() { fill(design.column(index), term, rows) }
    let response = rows.column(model.response)
    let last = design.column(model.terms.count)
    for row in 0..<rows.rows { last[row] = response[row] - responseShift }
    guard let weight = model.weight else { return }
    let weights = rows.column(weight)
    for row in 0..<rows.rows {
      let root = weights[row].squareRoot()
      for column in 0..<design.columns { design[row, column] *= root }
    }
  }

  /// One term of every row.
  func fill(_ column: MutableView<Double>, _ term: RegressionTerm, _ rows: MatrixView) {
    var isFirst = true
    for power in term.powers {
      let source = rows.column(power.column)
      let shift = shifts[power.column]
      let factor = 1 / scales[power.column]
      if isFirst, power.exponent == 1 {
        for row in 0..<rows.rows { column[row] = (source[row] - shift) * factor }
      } else {
        for row in 0..<rows.rows {
          let z = (source[row] - shift) * factor
          var product = isFirst ? 1 : column[row]
          for _ in 0..<power.exponent { product *= z }
          column[row] = product
        }
      }
      isFirst = false
    }
    if isFirst { column.fill(0..<rows.rows, with: 1) }
    for indicator in term.indicators {
      let source = rows.column(indicator.column)
      let level = Double(indicator.level)
      for row in 0..<rows.rows where source[row] != level { column[row] = 0 }
    }
  }

  /// The terms of one row with 32 digits, without weight.
  func precise(row: Int, of rows: MatrixView) -> [DoubleDouble] {
    model.terms.map { term in
      var product = DoubleDouble(1)
      for power in term.powers {
        let difference = DoubleDouble.sum(rows[row, power.column], -shifts[power.column])
        let factor = 1 / scales[power.column]
        let z = DoubleDouble(difference.high * factor, difference.low * factor)
        for _ in 0..<power.exponent { product = product * z }
      }
      let isOut = term.indicators.contains { rows[row, $0.column] != Double($0.level) }
      return isOut ? DoubleDouble(0) : product
    }
  }
}

// MARK: Back to the columns of the table

extension RegressionBasis {
  /// Column `t` holds the coefficients of the table's own terms that term `t` of the basis amounts to:
  /// raw coefficients = T · coefficients in the basis, by the binomial theorem.
  func toRaw() -> [[DoubleDouble]] { expansion { (-shifts[$0], 1 / scales[$0]) } }

  /// The inverse: the table's own terms in the basis.
  func toBasis() -> [[DoubleDouble]] {
    // x = shift + scale z; written as scale (z + shift / scale).
    expansion { (shifts[$0] / scales[$0], scales[$0]) }
  }

  /// Columns of the expansion of every term with `x → factor (x + offset)`.
  private func expansion(
    _ change: (Int) -> (offset: Double, factor: Double)
  ) -> [[DoubleDouble]] {
    let places = Dictionary(uniqueKeysWithValues: model.terms.enumerated().map { ($1, $0) })
    return model.terms.map { term in
      var column = [DoubleDouble](repeating: DoubleDouble(0), count: model.terms.count)
      var parts: [(powers: [RegressionTerm.Power], factor: DoubleDouble)] = [([], DoubleDouble(1))]
      for power in term.powers {
        let (offset, factor) = change(power.column)
        var scale = DoubleDouble(1)
        for _ in 0..<power.exponent { scale = scale * DoubleDouble(factor) }
        var next = parts
        next.removeAll()
        // offset^k, from the highest power of x down.
        var offsetPower = scale
        var binomial = 1.0
        for dropped in 0...power.exponent {
          let kept = power.exponent - dropped
          if offset != 0 || dropped == 0 {
            for part in parts {
              let powers =
                kept > 0 ? part.powers + [.init(column: power.column, exponent: kept)] : part.powers
              next.append((powers, part.factor * offsetPower * DoubleDouble(binomial)))
            }
          }
          offsetPower = offsetPower * DoubleDouble(offset)
          binomial = binomial * Double(kept) / Double(dropped + 1)
        }
        parts = next
      }
      for part in parts {
        let raw = RegressionTerm(powers: part.powers, indicators: term.indicators)
        guard let place = places[raw] else {
          preconditionFailure("only columns whose lower powers are in the model are shifted")
        }
        column[place] = column[place] + part.factor
      }
      return column
    }
  }
}
