import Glibc
import LinearAlgebra

/// Functions of a formula and their derivatives, row by row; as many rows as views have, a multiple of four.
extension Expression.UnaryFunction {
  func apply(_ a: MutableView<Double>, into out: MutableView<Double>) {
    let rows = 0..<out.count
    switch self {
    case .exp: VectorMath.exp(a, into: out)
    case .log, .ln: VectorMath.log(a, into: out)
    case .log10: for row in rows { out[row] = Glibc.log10(a[row]) }
    case .log2: for row in rows { out[row] = Glibc.log2(a[row]) }
    case .sqrt: for row in rows { out[row] = a[row].squareRoot() }
    case .cbrt: for row in rows { out[row] = Glibc.cbrt(a[row]) }
    case .sin: VectorMath.sin(a, into: out)
    case .cos: VectorMath.cos(a, into: out)
    case .tan: for row in rows { out[row] = Glibc.tan(a[row]) }
    case .asin: for row in rows { out[row] = Glibc.asin(a[row]) }
    case .acos: for row in rows { out[row] = Glibc.acos(a[row]) }
    case .atan: for row in rows { out[row] = Glibc.atan(a[row]) }
    case .sinh: for row in rows { out[row] = Glibc.sinh(a[row]) }
    case .cosh: for row in rows { out[row] = Glibc.cosh(a[row]) }
    case .tanh: for row in rows { out[row] = Glibc.tanh(a[row]) }
    case .abs: for row in rows { out[row] = a[row].magnitude }
    case .erf: for row in rows { out[row] = Glibc.erf(a[row]) }
    case .erfc: for row in rows { out[row] = Glibc.erfc(a[row]) }
    case .expm1: for row in rows { out[row] = Glibc.expm1(a[row]) }
    case .log1p: for row in rows { out[row] = Glibc.log1p(a[row]) }
    case .step: for row in rows { out[row] = a[row] > 0 ? 1 : 0 }
    }
  }

  /// Adds `w · derivative` to `da`.
  ///
  /// - Parameter scratch: as many numbers that may be overwritten.
  func back(
    _ point: (a: MutableView<Double>, out: MutableView<Double>), _ w: MutableView<Double>,
    _ da: MutableView<Double>, _ scratch: MutableView<Double>
  ) {
    let (a, out) = point
    let rows = 0..<out.count
    let ln10 = 2.302_585_092_994_045_7
    let ln2 = 0.693_147_180_559_945_3
    let gauss = 2 / Double.pi.squareRoot()
    switch self {
    case .exp: for row in rows { da[row] += w[row] * out[row] }
    case .log, .ln: for row in rows { da[row] += w[row] / a[row] }
    case .log10: for row in rows { da[row] += w[row] / (a[row] * ln10) }
    case .log2: for row in rows { da[row] += w[row] / (a[row] * ln2) }
    case .sqrt: for row in rows { da[row] += w[row] / (2 * out[row]) }
    case .cbrt: for row in rows { da[row] += w[row] / (3 * out[row] * out[row]) }
    case .sin:
      VectorMath.cos(a, into: scratch)
      for row in rows { da[row] += w[row] * scratch[row] }
    case .cos:
      VectorMath.sin(a, into: scratch)
      for row in rows { da[row] -= w[row] * scratch[row] }
    case .tan: for row in rows { da[row] += w[row] * (1 + out[row] * out[row]) }
    case .asin: for row in rows { da[row] += w[row] / (1 - a[row] * a[row]).squareRoot() }
    case .acos: for row in rows { da[row] -= w[row] / (1 - a[row] * a[row]).squareRoot() }
    case .atan: for row in rows { da[row] += w[row] / (1 + a[row] * a[row]) }
    case .sinh: for row in rows { da[row] += w[row] * Glibc.cosh(a[row]) }
    case .cosh: for row in rows { da[row] += w[row] * Glibc.sinh(a[row]) }
    case .tanh: for row in rows { da[row] += w[row] * (1 - out[row] * out[row]) }
    case .abs: for row in rows { da[row] += a[row] < 0 ? -w[row] : w[row] }
    case .erf, .erfc:
      for row in rows { scratch[row] = -a[row] * a[row] }
      VectorMath.exp(scratch, into: scratch)
      let factor = self == .erf ? gauss : -gauss
      for row in rows { da[row] += w[row] * factor * scratch[row] }
    case .expm1: for row in rows { da[row] += w[row] * (out[row] + 1) }
    case .log1p: for row in rows { da[row] += w[row] / (1 + a[row]) }
    case .step: break
    }
  }
}
