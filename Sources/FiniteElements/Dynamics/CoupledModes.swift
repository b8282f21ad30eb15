import Glibc

/// Modes that dashpots couple, q'' + C q' + diag(ω²) q = f, solved exactly for forces that change
/// linearly in time, by the exponential of the first-order system [Golub, Van Loan, section 9.3].
struct CoupledModes {
  private let omegas: [Double]
  /// Shape `[modes, modes]`.
  private let damping: [Double]
  private var propagator: [Double] = []
  private var size = 0.0

  init(omegas: [Double], damping: [Double]) {
    self.omegas = omegas
    self.damping = damping
  }

  private var order: Int { omegas.count }

  /// Advances amplitudes and rates by `dt`, during which the forces go from `first` to `last`.
  mutating func advance(
    _ amplitudes: inout [Double], _ rates: inout [Double], _ dt: Double, from first: [Double],
    to last: [Double]
  ) {
    if abs(dt - size) > 1e-12 * dt {
      propagator = exponential(dt)
      size = dt
    }
    let state = amplitudes + rates + first + zip(first, last).map { ($1 - $0) / dt }
    let width = 4 * order
    for row in 0..<order {
      var (amplitude, rate) = (0.0, 0.0)
      for column in 0..<width {
        amplitude += propagator[width * row + column] * state[column]
        rate += propagator[width * (order + row) + column] * state[column]
      }
      amplitudes[row] = amplitude
      rates[row] = rate
    }
  }

  /// exp(dt A) for the state (q, q', f, f'), by scaling, a Taylor series and squaring.
  private func exponential(_ dt: Double) -> [Double] {
    let width = 4 * order
    var matrix = [Double](repeating: 0, count: width * width)
    for mode in 0..<order {
      matrix[width * mode + order + mode] = dt
      matrix[width * (order + mode) + mode] = -dt * omegas[mode] * omegas[mode]
      matrix[width * (order + mode) + 2 * order + mode] = dt
      matrix[width * (2 * order + mode) + 3 * order + mode] = dt
      for other in 0..<order {
        matrix[width * (order + mode) + order + other] = -dt * damping[order * mode + other]
      }
    }
    // Rates and amplitudes differ by orders of magnitude: balanced by the largest frequency.
    let scale = max(omegas.max() ?? 1, 1 / dt)
    let weights = [1, 1 / scale, 1 / (scale * scale), 1 / (scale * scale * scale)]
    for row in 0..<width {
      for column in 0..<width {
        matrix[width * row + column] *= weights[row / order] / weights[column / order]
      }
    }
    var result = Self.exponential(matrix, width)
    for row in 0..<width {
      for column in 0..<width {
        result[width * row + column] *= weights[column / order] / weights[row / order]
      }
    }
    return result
  }

  private static func exponential(_ matrix: [Double], _ width: Int) -> [Double] {
    let norm =
      (0..<width).map { row in
        (0..<width).reduce(0) { $0 + abs(matrix[width * row + $1]) }
      }.max() ?? 0
    let halvings = max(0, Int(log2(max(norm, 1e-300)).rounded(.up)) + 2)
    let factor = exp2(-Double(halvings))
    let scaled = matrix.map { factor * $0 }
    var sum = [Double](repeating: 0, count: width * width)
    for row in 0..<width { sum[width * row + row] = 1 }
    var term = sum
    // The norm is at most 1/4: the terms beyond are below rounding.
    for power in 1...14 {
      term = multiplied(term, scaled, width).map { $0 / Double(power) }
      for entry in sum.indices { sum[entry] += term[entry] }
    }
    for _ in 0..<halvings { sum = multiplied(sum, sum, width) }
    return sum
  }

  private static func multiplied(_ a: [Double], _ b: [Double], _ width: Int) -> [Double] {
    var product = [Double](repeating: 0, count: width * width)
    for row in 0..<width {
      for inner in 0..<width where a[width * row + inner] != 0 {
        let factor = a[width * row + inner]
        for column in 0..<width {
          product[width * row + column] += factor * b[width * inner + column]
        }
      }
    }
    return product
  }
}
