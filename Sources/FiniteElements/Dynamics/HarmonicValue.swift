import Glibc

/// Size and phase of a harmonic quantity.
struct HarmonicValue {
  let size: Double
  /// -90 ... 270, as CalculiX has it; zero where the size vanishes.
  let degrees: Double

  init(_ real: Double, _ imaginary: Double) {
    size = (real * real + imaginary * imaginary).squareRoot()
    if size < 1e-10 {
      degrees = 0
    } else if abs(real) < 1e-10 {
      degrees = imaginary > 0 ? 90 : -90
    } else {
      degrees = atan(imaginary / real) * 180 / .pi + (real < 0 ? 180 : 0)
    }
  }
}
