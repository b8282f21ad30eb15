import Glibc

/// Cauer's filter: equal ripples in both bands, the sharpest edge of a given order.
///
/// S. Orfanidis, Lecture Notes on Elliptic Filter Design (2006): Jacobi's functions by descending Landen
/// transformations, the degree equation by the nome.
struct EllipticPrototype {
  let order: Int
  /// `sqrt(10^(dB/10) - 1)` of the pass band.
  private let ripple: Double
  /// Ratio of the ripples, `ε_p / ε_s`.
  private let discrimination: Double
  /// Ratio of the edges, `Ω_p / Ω_s`.
  private let selectivity: Double

  init(order: Int, rippleDB: Double, attenuationDB: Double) {
    self.order = order
    ripple = expm1(rippleDB * log(10.0) / 10).squareRoot()
    discrimination = ripple / expm1(attenuationDB * log(10.0) / 10).squareRoot()
    selectivity = Self.selectivity(order: order, discrimination: discrimination)
  }

  var zerosPolesGain: ZerosPolesGain {
    let shift = EllipticModulus(discrimination).inverseSineOfImaginary(1 / ripple) / Double(order)
    let modulus = EllipticModulus(selectivity)
    var (zeros, poles): ([Complex], [Complex]) = ([], [])
    for pair in 0..<order / 2 {
      let place = Double(2 * pair + 1) / Double(order)
      let zero = Complex(1) / (modulus.cosine(Complex(place)) * selectivity)
      zeros += [Complex(0, zero.real), Complex(0, -zero.real)]
      let pole = Complex.i * modulus.cosine(Complex(place, -shift))
      poles += [pole, pole.conjugate]
    }
    if order % 2 == 1 {
      let pole = Complex.i * modulus.sine(Complex(0, shift))
      poles.append(Complex(pole.real))
    }
    let whole = ZerosPolesGain(zeros: zeros, poles: poles, gain: 1).response(at: Complex(0)).real
    let level = order % 2 == 0 ? 1 / (1 + ripple * ripple).squareRoot() : 1
    return ZerosPolesGain(zeros: zeros, poles: poles, gain: level / whole)
  }

  /// Solves the degree equation `N K'/K = K1'/K1` for the modulus `k`: the nome is the N-th root of that of
  /// `k1`, and `k = 4 √q (Σ q^(m(m+1)) / (1 + 2 Σ q^(m²)))²`.
  private static func selectivity(order: Int, discrimination: Double) -> Double {
    let complement = (1 - discrimination * discrimination).squareRoot()
    let quarter = arithmeticGeometricMean(complement)
    let other = arithmeticGeometricMean(discrimination)
    // K'/K = agm(1, k') / agm(1, k).
    let nome = exp(-Double.pi * quarter / other / Double(order))
    var (upper, lower) = (1.0, 1.0)
    for term in 1...8 {
      upper += pow(nome, Double(term * (term + 1)))
      lower += 2 * pow(nome, Double(term * term))
    }
    return 4 * nome.squareRoot() * (upper / lower) * (upper / lower)
  }

  /// `agm(1, x)`, from which the complete elliptic integral is `K(k) = π / (2 agm(1, k'))`.
  private static func arithmeticGeometricMean(_ x: Double) -> Double {
    var (a, b) = (1.0, x)
    while abs(a - b) > 1e-15 * a { (a, b) = ((a + b) / 2, (a * b).squareRoot()) }
    return a
  }
}

/// Jacobi's elliptic functions of one modulus; arguments are in units of the quarter period.
private struct EllipticModulus {
  /// The modulus and its descending Landen transforms, down to nothing.
  private var moduli: [Double]

  init(_ modulus: Double) {
    moduli = [modulus]
    while let last = moduli.last, last > 1e-16 {
      let ratio = last / (1 + (1 - last * last).squareRoot())
      moduli.append(ratio * ratio)
    }
  }

  /// `sn(u K)`.
  func sine(_ u: Complex) -> Complex { ascend(Self.circularSine(u)) }

  /// `cd(u K)`.
  func cosine(_ u: Complex) -> Complex { ascend(Self.circularSine(Complex(1) - u)) }

  /// `v` such that `sn(i v K) = i y`.
  func inverseSineOfImaginary(_ y: Double) -> Double {
    var value = y
    for level in 1..<moduli.count {
      let above = moduli[level - 1]
      value =
        2 * value / ((1 + moduli[level]) * (1 + (1 + value * value * above * above).squareRoot()))
    }
    return asinh(value) * 2 / .pi
  }

  /// `w → (1 + k) w / (1 + k w²)` from the smallest modulus up.
  private func ascend(_ start: Complex) -> Complex {
    moduli.dropFirst().reversed().reduce(start) { value, modulus in
      value * (1 + modulus) / (Complex(1) + value * value * modulus)
    }
  }

  /// `sin(u π/2)`.
  private static func circularSine(_ u: Complex) -> Complex {
    let (x, y) = (u.real * .pi / 2, u.imaginary * .pi / 2)
    return Complex(sin(x) * cosh(y), cos(x) * sinh(y))
  }
}
