import Glibc
import LinearAlgebra

/// Peaks of two horizontal components over all directions: RotD50 and RotD100 (D. M. Boore,
/// Bull. Seism. Soc. Am. 100, 2010), of the relative displacement, in steps of one degree.
package struct RotatedSpectrum: ~Copyable {
  package let oscillators: [Oscillator]
  private let steps: [OscillatorStep]
  private var states: [SIMD4<Double>]
  private let peaks: Buffer<Double>
  private var smallest: [Double]
  private let cosines: Buffer<Double>
  private let sines: Buffer<Double>
  private var before: SIMD2<Double>?

  private static let directions = 180

  package init(_ oscillators: [Oscillator], rateHz: Double) {
    self.oscillators = oscillators
    steps = oscillators.map { OscillatorStep($0, seconds: 1 / rateHz) }
    states = Array(repeating: .zero, count: oscillators.count)
    smallest = Array(repeating: 0, count: oscillators.count)
    peaks = Buffer(repeating: 0, count: oscillators.count * Self.directions)
    cosines = Buffer(repeating: 0, count: Self.directions)
    sines = Buffer(repeating: 0, count: Self.directions)
    for direction in 0..<Self.directions {
      let angle = Double(direction) * .pi / Double(Self.directions)
      cosines.view[direction] = cos(angle)
      sines.view[direction] = sin(angle)
    }
  }

  /// Takes the next accelerations of both components, in equal number.
  package mutating func add(_ one: View<Double>, _ other: View<Double>) {
    precondition(one.count == other.count, "both components have the same samples")
    guard one.count > 0 else { return }
    let start = before == nil ? 1 : 0
    let first = before ?? SIMD2(one[0], other[0])
    for index in oscillators.indices { swing(index, one, other, from: start, after: first) }
    before = SIMD2(one[one.count - 1], other[one.count - 1])
  }

  private mutating func swing(
    _ index: Int, _ one: View<Double>, _ other: View<Double>, from start: Int,
    after first: SIMD2<Double>
  ) {
    let step = steps[index]
    var y = states[index].lowHalf
    var w = states[index].highHalf
    var old = first
    var limit = smallest[index] * smallest[index]
    for sample in start..<max(one.count, start) {
      let new = SIMD2(one[sample], other[sample])
      let nextY = step.yy * y + step.yw * w + (step.ya * old + step.yb * new)
      w = step.wy * y + step.ww * w + (step.wa * old + step.wb * new)
      y = nextY
      old = new
      // A point nearer than the smallest peak raises none of them.
      guard y.x * y.x + y.y * y.y > limit else { continue }
      let least = raise(index, y)
      limit = least * least
      smallest[index] = least
    }
    states[index] = SIMD4(lowHalf: y, highHalf: w)
  }

  private func raise(_ index: Int, _ point: SIMD2<Double>) -> Double {
    let peaks = self.peaks.view.slice(index * Self.directions, count: Self.directions)
    let (cosines, sines) = (self.cosines.view, self.sines.view)
    var least = Double.infinity
    for direction in 0..<Self.directions {
      let value = abs(point.x * cosines[direction] + point.y * sines[direction])
      let peak = max(peaks[direction], value)
      peaks[direction] = peak
      least = min(least, peak)
    }
    return least
  }

  /// Median and maximum over the directions of an oscillator's largest relative displacement.
  package func displacement(_ index: Int) -> (median: Double, maximum: Double) {
    let all = peaks.view.slice(index * Self.directions, count: Self.directions)
      .copy(first: Self.directions).sorted()
    let scale = 1 / (oscillators[index].omega * oscillators[index].omega)
    let half = Self.directions / 2
    return (0.5 * (all[half - 1] + all[half]) * scale, all[Self.directions - 1] * scale)
  }
}
