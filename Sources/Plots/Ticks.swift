import Glibc

/// Where an axis carries numbers, and what they are.
struct Ticks {
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  var major: [Tick]
  /// Places of short lines without numbers.
  var minor: [Double] = []
  /// Power of ten taken out of the labels; it is written at the axis.
  var exponent = 0

  /// Multiples of 1, 2 or 5 times a power of ten within a range, about `count` of them.
  static func linear(_ range: ClosedRange<Double>, count: Int) -> Ticks {
    let step = TickStep(span: range.upperBound - range.lowerBound, count: count)
    let first = (range.lowerBound / step.value - 1e-9).rounded(.up)
    let last = (range.upperBound / step.value + 1e-9).rounded(.down)
    guard first.isFinite, last.isFinite, last - first < 1000, abs(first) < 1e15 else {
      return Ticks(major: [Tick(value: range.lowerBound, label: "\(range.lowerBound)")])
    }
    let largest = max(abs(first), abs(last)) * step.value
    let power = Int(log10(max(largest, .leastNormalMagnitude)).rounded(.down))
    let exponent = power >= 5 || power < -3 ? Int((Double(power) / 3).rounded(.down)) * 3 : 0
    let major = stride(from: first, through: last, by: 1).map { multiple in
      Tick(
        value: step.at(multiple),
        label: decimal(Int(multiple) * step.mantissa, power: step.power - exponent))
    }
    return Ticks(major: major, exponent: exponent)
  }

  /// Decades with their eight inner lines; where few decades are visible, 1, 2 and 5 are labelled; where
  /// many are, only some.
  static func logarithmic(_ range: ClosedRange<Double>, count: Int) -> Ticks {
    let low = log10(range.lowerBound)
    let high = log10(range.upperBound)
    guard high - low > 0.7 else { return linear(range, count: count) }
    let first = Int((low - 1e-9).rounded(.down))
    let last = Int((high + 1e-9).rounded(.up))
    let stride = max(1, Int((Double(last - first) / Double(max(count, 2))).rounded(.up)))
    var ticks = Ticks(major: [])
    for decade in first...last {
      for digit in 1...9 {
        let value = Double(digit) * powerOfTen(decade)
        guard value >= range.lowerBound * (1 - 1e-9), value <= range.upperBound * (1 + 1e-9) else {
          continue
        }
        let isDecade = digit == 1 && decade % stride == 0
        let isFine = high - low < 2.3 && (digit == 2 || digit == 5)
        if isDecade || isFine {
          ticks.major.append(Tick(value: value, label: label(digit, decade)))
        } else if stride == 1 || digit == 1 {
          ticks.minor.append(value)
        }
      }
    }
    return ticks
  }

  /// Names at 0, 1, 2 …, thinned where they are more than `limit`.
  static func categories(_ names: [String], range: ClosedRange<Double>, limit: Int) -> Ticks {
    let step = max(1, (names.count + limit - 1) / max(limit, 1))
    let major = stride(from: 0, to: names.count, by: step)
      .filter { range.contains(Double($0)) }
      .map { Tick(value: Double($0), label: names[$0]) }
    return Ticks(major: major)
  }

  private static func label(_ digit: Int, _ decade: Int) -> String {
    guard decade < -2 || decade > 3 else { return decimal(digit, power: decade) }
    return digit == 1 ? "10^{\(minus(decade))}" : "\(digit)·10^{\(minus(decade))}"
  }

  /// `value · 10^power` in plain digits, with a true minus sign.
  static func decimal(_ value: Int, power: Int) -> String {
    guard value != 0 else { return "0" }
    let digits = String(value.magnitude)
    let sign = value < 0 ? "−" : ""
    guard power < 0 else { return sign + digits + String(repeating: "0", count: power) }
    let padded = String(repeating: "0", count: max(0, 1 - power - digits.count)) + digits
    return "\(sign)\(padded.dropLast(-power)).\(padded.suffix(-power))"
  }
}

/// An integer with a true minus sign.
func minus(_ value: Int) -> String { value < 0 ? "−\(value.magnitude)" : "\(value)" }

/// Ten to a whole power, correctly rounded as a literal is.
func powerOfTen(_ power: Int) -> Double { Double("1e\(power)") ?? pow(10, Double(power)) }

/// A step of 1, 2 or 5 times a power of ten.
struct TickStep {
  let mantissa: Int
  let power: Int

  /// The step that divides `span` into about `count` parts.
  init(span: Double, count: Int) {
    let raw = max(span, .leastNormalMagnitude) / Double(max(count, 1))
    let power = Int(log10(raw).rounded(.down))
    let fraction = raw / pow(10, Double(power))
    switch fraction {
    case ..<1.5: (mantissa, self.power) = (1, power)
    case ..<3.2: (mantissa, self.power) = (2, power)
    case ..<7.1: (mantissa, self.power) = (5, power)
    default: (mantissa, self.power) = (1, power + 1)
    }
  }

  var value: Double { at(1) }

  /// A multiple of the step, rounded once: 3 · 0.1 is 0.3.
  func at(_ multiple: Double) -> Double {
    let whole = multiple * Double(mantissa)
    return power < 0 ? whole / powerOfTen(-power) : whole * powerOfTen(power)
  }

  /// The range widened to multiples of the step.
  func rounded(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let low = at((range.lowerBound / value + 1e-9).rounded(.down))
    let high = at((range.upperBound / value - 1e-9).rounded(.up))
    return min(low, range.lowerBound)...max(high, range.upperBound)
  }
}
