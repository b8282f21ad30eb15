import LinearAlgebra

/// The windowed spectrum of one segment after another.
package struct SegmentTransform: ~Copyable {
  package let options: SegmentOptions
  private let plan: any FourierTransform
  private let weights: Buffer<Double>
  private let weighted: Buffer<Double>
  /// `Σ w`, `Σ w²`.
  package let weightSum: Double
  package let weightSquareSum: Double

  package init(_ options: SegmentOptions) {
    self.options = options
    plan = Fourier.plan(FourierShape(.realForward, length: options.length))
    weights = Buffer(repeating: 0, count: options.length)
    weighted = Buffer(repeating: 0, count: options.length)
    let window = options.window.weights(options.length)
    for (index, weight) in window.enumerated() { weights.view[index] = weight }
    weightSum = window.reduce(0, +)
    weightSquareSum = window.reduce(0) { $0 + $1 * $1 }
  }

  /// Writes bins `0 ... length / 2` as pairs of real and imaginary part.
  package func transform(_ segment: View<Double>, into spectrum: MutableView<Double>) {
    apply(options.detrend, segment, weights.view.reading, into: weighted.view)
    plan.transform(weighted.view.reading, into: spectrum)
  }

  /// What turns the square of a transform's magnitude into power per frequency, both sides: `1 / (f Σw²)`.
  package func densityScale(rateHz: Double) -> Double { 1 / (rateHz * weightSquareSum) }

  /// Width of a rectangular filter that passes as much white noise as a bin does, in Hz:
  /// `f Σw² / (Σw)²`. A density times it is the spectrum scaling, in which a sine's bin shows its mean square.
  package func noiseBandwidth(rateHz: Double) -> Double {
    rateHz * weightSquareSum / (weightSum * weightSum)
  }
}

/// `(segment - trend) * weights`.
private func apply(
  _ detrend: Detrend, _ segment: View<Double>, _ weights: View<Double>,
  into target: MutableView<Double>
) {
  switch detrend {
  case .none: multiply(segment, minus: 0, times: weights, into: target)
  case .constant:
    multiply(segment, minus: mean(segment), times: weights, into: target)
  case .linear:
    let line = Line(segment)
    for index in 0..<segment.count {
      target[index] = (segment[index] - line.value(at: index)) * weights[index]
    }
  }
}

private func multiply(
  _ segment: View<Double>, minus level: Double, times weights: View<Double>,
  into target: MutableView<Double>
) {
  var index = 0
  let levels = SIMD8(repeating: level)
  while index + 8 <= segment.count {
    target[vector8: index] = (segment[eight: index] - levels) * weights[eight: index]
    index += 8
  }
  while index < segment.count {
    target[index] = (segment[index] - level) * weights[index]
    index += 1
  }
}

/// The mean, summed in sixteen lanes.
func mean(_ samples: View<Double>) -> Double {
  var (first, second) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
  var index = 0
  while index + 16 <= samples.count {
    first += samples[eight: index]
    second += samples[eight: index + 8]
    index += 16
  }
  var sum = (first + second).sum()
  while index < samples.count {
    sum += samples[index]
    index += 1
  }
  return sum / Double(samples.count)
}

/// The least-squares line through a segment, about its middle, where slope and mean do not depend on
/// each other: `slope = 12 Σ (i - c) x[i] / (n (n² - 1))`.
private struct Line {
  let middle: Double
  let level: Double
  let slope: Double

  init(_ samples: View<Double>) {
    let count = Double(samples.count)
    middle = (count - 1) / 2
    level = mean(samples)
    var moment = 0.0
    for index in 0..<samples.count { moment += (Double(index) - middle) * (samples[index] - level) }
    slope = 12 * moment / (count * (count * count - 1))
  }

  func value(at index: Int) -> Double { level + slope * (Double(index) - middle) }
}
