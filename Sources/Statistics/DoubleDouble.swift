/// A number as the unevaluated sum of two doubles: about 32 digits.
///
/// Source: T. J. Dekker, "A floating-point technique for extending the available precision", Numer.
/// Math. 18 (1971); D. E. Knuth's exact sum. For sums that cancel, not for inner loops of large tables.
@usableFromInline
struct DoubleDouble: Sendable {
  @usableFromInline var high: Double
  @usableFromInline var low: Double

  @inlinable
  init(_ high: Double, _ low: Double = 0) {
    self.high = high
    self.low = low
  }

  /// Rounded to one double.
  @inlinable
  var value: Double { high + low }

  /// The exact sum of two doubles.
  @inlinable
  static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
    let high = a + b
    let part = high - a
    return DoubleDouble(high, (a - (high - part)) + (b - part))
  }

  /// The exact product of two doubles.
  @inlinable
  static func product(_ a: Double, _ b: Double) -> DoubleDouble {
    let high = a * b
    let splitA = 134_217_729 * a
    let splitB = 134_217_729 * b
    let a1 = splitA - (splitA - a)
    let b1 = splitB - (splitB - b)
    let a2 = a - a1
    let b2 = b - b1
    return DoubleDouble(high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2)
  }

  @inlinable
  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let sum = Self.sum(a.high, b.high)
    let low = sum.low + (a.low + b.low)
    let high = sum.high + low
    return DoubleDouble(high, low - (high - sum.high))
  }

  @inlinable
  static prefix func - (a: DoubleDouble) -> DoubleDouble { DoubleDouble(-a.high, -a.low) }

  @inlinable
  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + (-b) }

  @inlinable
  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = Self.product(a.high, b.high)
    let low = product.low + (a.high * b.low + a.low * b.high)
    let high = product.high + low
    return DoubleDouble(high, low - (high - product.high))
  }
}
