import Glibc

/// A fraction of small whole numbers.
struct Rational: Hashable {
  let top: Int
  let bottom: Int

  init(_ top: Int, over bottom: Int = 1) {
    var (a, b) = (abs(top), abs(bottom))
    while b != 0 { (a, b) = (b, a % b) }
    let sign = bottom < 0 ? -1 : 1
    self.top = sign * top / max(a, 1)
    self.bottom = sign * bottom / max(a, 1)
  }

  static let zero = Rational(0)

  static func * (a: Rational, b: Rational) -> Rational {
    Rational(a.top * b.top, over: a.bottom * b.bottom)
  }
  static func / (a: Rational, b: Rational) -> Rational {
    Rational(a.top * b.bottom, over: a.bottom * b.top)
  }
  static func - (a: Rational, b: Rational) -> Rational {
    Rational(a.top * b.bottom - b.top * a.bottom, over: a.bottom * b.bottom)
  }
}

/// Linear equations in exact fractions, for exponents of units.
enum RationalSystem {
  /// Factors with which the columns add up to the target; nil where they cannot.
  ///
  /// Gauss–Jordan elimination; columns that the others make superfluous get the factor 0.
  static func solve(columns: [[Int]], target: [Int]) -> [Rational]? {
    var rows = target.indices.map { row in
      columns.map { Rational($0[row]) } + [Rational(target[row])]
    }
    var pivots: [(row: Int, column: Int)] = []
    for column in columns.indices {
      let next = pivots.count
      guard let found = (next..<rows.count).first(where: { rows[$0][column] != .zero }) else {
        continue
      }
      rows.swapAt(next, found)
      let pivot = rows[next][column]
      rows[next] = rows[next].map { $0 / pivot }
      for row in rows.indices where row != next {
        let factor = rows[row][column]
        rows[row] = zip(rows[row], rows[next]).map { $0 - factor * $1 }
      }
      pivots.append((next, column))
      if pivots.count == rows.count { break }
    }
    guard rows[pivots.count...].allSatisfy({ $0[columns.count] == .zero }) else { return nil }
    var factors = [Rational](repeating: .zero, count: columns.count)
    for (row, column) in pivots { factors[column] = rows[row][columns.count] }
    return factors
  }
}

extension Scale {
  /// This factor to a broken power, exact where the power is whole.
  func raised(to power: Rational) -> Scale? {
    if power.bottom == 1 { return raised(to: power.top) }
    let tens = exponent * power.top
    let whole = tens / power.bottom
    let rest = Double(tens - whole * power.bottom) / Double(power.bottom)
    let root = pow(coefficient, Double(power.top) / Double(power.bottom)) * pow(10, rest)
    return root.isFinite ? Scale(root, tenTo: whole) : nil
  }
}
