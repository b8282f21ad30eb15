import Glibc

/// Maps numbers of one axis to pixels.
struct Projection {
  let isLogarithmic: Bool
  let range: ClosedRange<Double>
  private let origin: Double
  private let start: Double
  private let factor: Double

  /// The range's ends lie at the pixels `start` and `end`.
  init(_ range: ClosedRange<Double>, isLogarithmic: Bool, from start: Double, to end: Double) {
    self.range = range
    self.isLogarithmic = isLogarithmic
    self.start = start
    let low = isLogarithmic ? log10(range.lowerBound) : range.lowerBound
    let high = isLogarithmic ? log10(range.upperBound) : range.upperBound
    origin = low
    // Halves keep the difference of two large numbers finite.
    let half = high / 2 - low / 2
    factor = half > 0 ? (end - start) / half / 2 : 0
  }

  /// Pixel of a number; NaN where the axis cannot show it.
  func callAsFunction(_ value: Double) -> Double {
    guard value.isFinite else { return .nan }
    guard isLogarithmic else { return bounded(start + (value - origin) * factor) }
    return value > 0 ? bounded(start + (log10(value) - origin) * factor) : .nan
  }

  /// Far outside, the place no longer matters.
  private func bounded(_ pixel: Double) -> Double { min(max(pixel, -1e5), 1e5) }
}

extension Axis {
  var isLogarithmic: Bool {
    switch scale {
    case .logarithmic: true
    case .linear, .categories: false
    }
  }

  var categories: [String]? {
    switch scale {
    case .categories(let names): names
    case .linear, .logarithmic: nil
    }
  }

  var heading: String { heading(exponent: 0) }

  /// `label [unit]`, with the power of ten that was taken out of the numbers: `label [10^{6} Pa]`.
  func heading(exponent: Int) -> String { Ticks.heading(label, unit: unit, exponent: exponent) }
}

extension Ticks {
  static func heading(_ label: String, unit: String?, exponent: Int) -> String {
    let unit = unit ?? ""
    let power = exponent == 0 ? "" : "10^{\(minus(exponent))}"
    guard !unit.isEmpty || !power.isEmpty else { return label }
    return "\(label) [\(power)\(power.isEmpty || unit.isEmpty ? "" : " ")\(unit)]"
  }
}
