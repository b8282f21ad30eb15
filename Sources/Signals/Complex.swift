import Glibc

/// A complex number, for designs and responses; hot loops work on pairs of doubles instead.
package struct Complex: Hashable, Sendable {
  package var real: Double
  package var imaginary: Double

  package init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  /// `exp(i angle)`.
  package init(angle: Double) { self.init(cos(angle), sin(angle)) }

  package static let i = Complex(0, 1)

  package var magnitude: Double { hypot(real, imaginary) }
  package var phase: Double { atan2(imaginary, real) }
  package var conjugate: Complex { Complex(real, -imaginary) }
  package var squaredMagnitude: Double { real * real + imaginary * imaginary }

  /// The square root with a real part that is not negative.
  package var squareRoot: Complex {
    let length = magnitude
    guard length > 0 else { return Complex(0) }
    // The part that does not cancel is taken from the root, the other follows from their product.
    if real >= 0 {
      let part = ((length + real) / 2).squareRoot()
      return Complex(part, imaginary / (2 * part))
    }
    let part = ((length - real) / 2).squareRoot()
    return imaginary < 0
      ? Complex(-imaginary / (2 * part), -part) : Complex(imaginary / (2 * part), part)
  }

  package static prefix func - (a: Complex) -> Complex { Complex(-a.real, -a.imaginary) }

  package static func + (a: Complex, b: Complex) -> Complex {
    Complex(a.real + b.real, a.imaginary + b.imaginary)
  }

  package static func - (a: Complex, b: Complex) -> Complex {
    Complex(a.real - b.real, a.imaginary - b.imaginary)
  }

  package static func * (a: Complex, b: Complex) -> Complex {
    Complex(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  package static func * (a: Complex, b: Double) -> Complex {
    Complex(a.real * b, a.imaginary * b)
  }

  package static func / (a: Complex, b: Complex) -> Complex {
    let product = a * b.conjugate
    let size = b.squaredMagnitude
    return Complex(product.real / size, product.imaginary / size)
  }
}
