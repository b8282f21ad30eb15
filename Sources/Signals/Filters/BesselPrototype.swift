import Glibc

/// Thomson's low-pass with a maximally flat delay: its poles are the zeros of the reverse Bessel
/// polynomial `θ_n` (W. Thomson, Proc. IEE 96 (1949) 487-490).
func besselPrototype(order: Int, edge: BesselEdge) -> ZerosPolesGain {
  let zeros = reverseBesselZeros(order)
  // θ_n(0) = (2n)! / (n! 2^n) = 1 · 3 · 5 …
  let logarithm = (1...order).reduce(0) { $0 + log(Double(2 * $1 - 1)) }
  let asymptotic = exp(-logarithm / Double(order))
  switch edge {
  case .delay: return ZerosPolesGain(zeros: [], poles: zeros, gain: exp(logarithm))
  case .phase:
    return ZerosPolesGain(zeros: [], poles: zeros.map { $0 * asymptotic }, gain: 1)
  case .magnitude:
    let delayed = ZerosPolesGain(zeros: [], poles: zeros, gain: exp(logarithm))
    let scale = 1 / halfPowerFrequency(delayed)
    return ZerosPolesGain(
      zeros: [], poles: zeros.map { $0 * scale },
      gain: exp(logarithm + Double(order) * log(scale)))
  }
}

/// Where the squared magnitude has fallen to one half; it falls monotonically.
private func halfPowerFrequency(_ filter: ZerosPolesGain) -> Double {
  var (low, high) = (0.0, 1.0)
  func power(_ frequency: Double) -> Double {
    filter.response(at: Complex(0, frequency)).squaredMagnitude
  }
  while power(high) > 0.5 { high *= 2 }
  for _ in 0..<200 {
    let middle = (low + high) / 2
    if power(middle) > 0.5 { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// All zeros at once by Aberth's method (O. Aberth, Math. Comp. 27 (1973) 339-344); the lower half of the
/// plane is the mirror of the upper one throughout.
private func reverseBesselZeros(_ order: Int) -> [Complex] {
  // The last one is on the axis when the order is odd.
  var upper = (0..<(order + 1) / 2).map { index in
    Complex(angle: .pi * (0.5 + (Double(index) + 0.5) / Double(order))) * Double(order)
  }
  if order % 2 == 1 { upper[order / 2] = Complex(upper[order / 2].real) }
  for _ in 0..<200 {
    let zeros = mirrored(upper, order)
    var largest = 0.0
    for index in upper.indices {
      let ratio = reverseBesselRatio(order, zeros[index])
      var repulsion = Complex(0)
      for other in zeros.indices where other != index {
        repulsion = repulsion + Complex(1) / (zeros[index] - zeros[other])
      }
      let step = ratio / (Complex(1) - ratio * repulsion)
      upper[index] = zeros[index] - step
      largest = max(largest, step.magnitude / upper[index].magnitude)
    }
    if largest < 1e-15 { break }
  }
  return mirrored(upper, order)
}

private func mirrored(_ upper: [Complex], _ order: Int) -> [Complex] {
  upper + upper.prefix(order / 2).map(\.conjugate)
}

/// `θ_n(s) / θ_n'(s)` by `θ_k = (2k - 1) θ_(k-1) + s² θ_(k-2)` and `θ_n' = θ_n - s θ_(n-1)`.
private func reverseBesselRatio(_ order: Int, _ s: Complex) -> Complex {
  var (before, value) = (Complex(1), Complex(1) + s)
  guard order > 1 else { return value }
  for degree in 2...order {
    (before, value) = (value, value * Double(2 * degree - 1) + s * s * before)
  }
  return value / (value - s * before)
}
