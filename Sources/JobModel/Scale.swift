/// A factor between units, kept as coefficient × 10^exponent.
///
/// Decimal prefixes stay out of binary arithmetic, so that `5 cm` is exactly 50 mm.
package struct Scale: Hashable, Sendable {
  package let coefficient: Double
  package let exponent: Int

  package init(_ coefficient: Double, tenTo exponent: Int = 0) {
    self.coefficient = coefficient
    self.exponent = exponent
  }

  package static let one = Scale(1)

  package static func * (a: Scale, b: Scale) -> Scale {
    Scale(a.coefficient * b.coefficient, tenTo: a.exponent + b.exponent)
  }

  package static func / (a: Scale, b: Scale) -> Scale {
    Scale(a.coefficient / b.coefficient, tenTo: a.exponent - b.exponent)
  }

  package func raised(to power: Int) -> Scale {
    var product = 1.0
    for _ in 0..<abs(power) { product *= coefficient }
    return Scale(power < 0 ? 1 / product : product, tenTo: exponent * power)
  }

  /// `number` times this factor, rounded once for each of its two parts.
  package func times(_ number: Double) -> Double {
    let scaled = number * coefficient
    return exponent < 0 ? scaled / Scale.powerOfTen(-exponent) : scaled * Scale.powerOfTen(exponent)
  }

  package var value: Double { times(1) }

  /// Exact up to 10^22.
  private static func powerOfTen(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}
