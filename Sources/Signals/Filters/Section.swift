import Glibc

/// `(b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`.
package struct Section: Hashable, Sendable {
  package var b0: Double
  package var b1: Double
  package var b2: Double
  package var a1: Double
  package var a2: Double

  package init(b0: Double, b1: Double, b2: Double, a1: Double, a2: Double) {
    self.b0 = b0
    self.b1 = b1
    self.b2 = b2
    self.a1 = a1
    self.a2 = a2
  }

  /// The section that changes nothing.
  package static let identity = Section(b0: 1, b1: 0, b2: 0, a1: 0, a2: 0)

  /// At `exp(iω)`, ω in radians per sample.
  package func response(_ angle: Double) -> Complex {
    let back = Complex(angle: -angle)
    let square = Complex(angle: -2 * angle)
    return (Complex(b0) + back * b1 + square * b2) / (Complex(1) + back * a1 + square * a2)
  }

  /// The states of the transposed direct form II after an endless row of ones, and what then comes out.
  package var steadyState: (first: Double, second: Double, output: Double) {
    let output = (b0 + b1 + b2) / (1 + a1 + a2)
    return (output - b0, b2 - a2 * output, output)
  }
}

extension [Section] {
  package func response(_ angle: Double) -> Complex {
    reduce(Complex(1)) { $0 * $1.response(angle) }
  }

  /// How far each end is extended for a zero-phase pass: three times the filter's length, poles and zeros
  /// at the origin not counted (the rule of SciPy's `sosfiltfilt`, which is that of MATLAB's `filtfilt`).
  package var zeroPhasePadding: Int {
    let shortest = Swift.min(count { $0.b2 == 0 }, count { $0.a2 == 0 })
    return 3 * (2 * count + 1 - shortest)
  }
}

extension ZerosPolesGain {
  /// The filter as sections of second order, for filters of real coefficients.
  ///
  /// Poles and zeros are paired as `zpk2sos` of SciPy and MATLAB does: the poles nearest to the unit circle
  /// first, each with the zeros nearest to it; such sections come last, and the gain is in the first.
  package var sections: [Section] {
    let size = max(poles.count, zeros.count)
    guard size > 0 else { return [Section(b0: gain, b1: 0, b2: 0, a1: 0, a2: 0)] }
    let even = size + size % 2
    var poles = RootPool(self.poles, padded: even)
    var zeros = RootPool(self.zeros, padded: even)
    var sections: [Section] = []
    while let pole = poles.takeNearestToCircle() {
      let (a1, a2): (Double, Double)
      if pole.imaginary == 0 {
        let other = poles.takeRealNearestToCircle()?.real ?? 0
        (a1, a2) = (-pole.real - other, pole.real * other)
      } else {
        (a1, a2) = (-2 * pole.real, pole.squaredMagnitude)
      }
      // One real pole and one real zero left over at the end must not be parted.
      let mustBeComplex = pole.imaginary != 0 && poles.realCount == 1 && zeros.realCount == 1
      let zero = zeros.take(nearestTo: pole, mustBeComplex ? .complex : .any)
      let (b1, b2): (Double, Double)
      if zero.imaginary == 0 {
        let other = zeros.take(nearestTo: pole, .real).real
        (b1, b2) = (-zero.real - other, zero.real * other)
      } else {
        (b1, b2) = (-2 * zero.real, zero.squaredMagnitude)
      }
      sections.append(Section(b0: 1, b1: b1, b2: b2, a1: a1, a2: a2))
    }
    sections.reverse()
    sections[0].b0 *= gain
    sections[0].b1 *= gain
    sections[0].b2 *= gain
    return sections
  }
}

/// Roots that wait to be paired; of conjugates only the upper one.
private struct RootPool {
  enum Kind {
    case any
    case real
    case complex
  }

  private var roots: [Complex]

  /// Rounded imaginary parts count as zero.
  private static let realTolerance = 100 * Double.ulpOfOne

  /// Missing roots are zeros at the origin.
  init(_ all: [Complex], padded count: Int) {
    let origin = Array(repeating: Complex(0), count: count - all.count)
    roots = (all + origin).compactMap { root in
      if abs(root.imaginary) <= Self.realTolerance * max(root.magnitude, 1e-300) {
        return Complex(root.real)
      }
      return root.imaginary > 0 ? root : nil
    }
  }

  var realCount: Int { roots.count { $0.imaginary == 0 } }

  mutating func takeNearestToCircle() -> Complex? {
    removed(roots.indices.min { distance(roots[$0]) < distance(roots[$1]) })
  }

  mutating func takeRealNearestToCircle() -> Complex? {
    let real = roots.indices.filter { roots[$0].imaginary == 0 }
    return removed(real.min { distance(roots[$0]) < distance(roots[$1]) })
  }

  /// The origin where none of that kind is left.
  mutating func take(nearestTo place: Complex, _ kind: Kind) -> Complex {
    let fitting = roots.indices.filter { index in
      switch kind {
      case .any: true
      case .real: roots[index].imaginary == 0
      case .complex: roots[index].imaginary != 0
      }
    }
    let nearest = fitting.min {
      (roots[$0] - place).magnitude < (roots[$1] - place).magnitude
    }
    return removed(nearest) ?? Complex(0)
  }

  private func distance(_ root: Complex) -> Double { abs(1 - root.magnitude) }

  private mutating func removed(_ index: Int?) -> Complex? { index.map { roots.remove(at: $0) } }
}
