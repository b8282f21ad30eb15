import Glibc
import LinearAlgebra

/// Sums over counted loops: damage by a Wöhler line, powers of ranges for equivalent loads, a matrix.
package final class CycleTally: CycleSink {
  package struct Options: Sendable {
    package var correction: MeanCorrection
    package var curve: SNCurve?
    /// Exponents of damage equivalent loads.
    package var exponents: [Double]
    /// Stress per unit of the signal.
    package var scale: Double
    package var classes: Int
    /// Width of the classes of the matrix; nil: adapted.
    package var classWidth: Double?

    package init(
      correction: MeanCorrection = .none, curve: SNCurve? = nil, exponents: [Double] = [],
      scale: Double = 1, classes: Int = 64, classWidth: Double? = nil
    ) {
      self.correction = correction
      self.curve = curve
      self.exponents = exponents
      self.scale = scale
      self.classes = classes
      self.classWidth = classWidth
    }
  }

  private let options: Options
  package private(set) var matrix: RainflowMatrix
  /// Half cycles counted.
  package private(set) var halves = 0
  package private(set) var largestRange = 0.0
  private var damageSum = CompensatedSum()
  private var powerSums: [CompensatedSum]
  private let range = Buffer<Double>(repeating: 0, count: CycleBlock.capacity)
  private let mean = Buffer<Double>(repeating: 0, count: CycleBlock.capacity)

  package init(_ options: Options = Options()) {
    self.options = options
    matrix = RainflowMatrix(classes: options.classes, width: options.classWidth)
    powerSums = Array(repeating: CompensatedSum(), count: options.exponents.count)
  }

  package var cycles: Double { Double(halves) / 2 }

  /// Miner's sum; infinite where a mean reached the tensile strength.
  package var damage: Double { damageSum.value }

  /// Σ n·range^m for each exponent.
  package var powers: [Double] { powerSums.map(\.value) }

  package func add(_ cycles: borrowing CycleBlock, halves: Int) {
    let count = cycles.count
    guard count > 0 else { return }
    self.halves += halves * count
    measure(cycles, count)
    matrix.add(range: range.view, mean: mean.view, count: count, halves: halves)
    let weight = Double(halves) / 2
    for (index, exponent) in options.exponents.enumerated() {
      powerSums[index].add(weight * sumOfPowers(count, Power(exponent)))
    }
    if let curve = options.curve { damageSum.add(weight * damage(count, curve)) }
  }

  /// Ranges and means; zeros behind the last, so that four may be handled at once.
  private func measure(_ cycles: borrowing CycleBlock, _ count: Int) {
    let (from, to) = (cycles.from.view, cycles.to.view)
    let (range, mean) = (self.range.view, self.mean.view)
    let scale = options.scale
    var largest = largestRange
    for index in 0..<count {
      let (start, end) = (from[index] * scale, to[index] * scale)
      range[index] = abs(end - start)
      mean[index] = 0.5 * (start + end)
      largest = max(largest, range[index])
    }
    largestRange = largest
    for index in count..<(count + 3) / 4 * 4 {
      range[index] = 0
      mean[index] = 0
    }
  }

  private func sumOfPowers(_ count: Int, _ power: Power) -> Double {
    let range = self.range.view
    var sum = SIMD4<Double>(repeating: 0)
    for index in stride(from: 0, to: count, by: 4) { sum += power(range[four: index]) }
    return sum.sum()
  }

  private func damage(_ count: Int, _ curve: SNCurve) -> Double {
    let (range, mean) = (self.range.view, self.mean.view)
    let upper = Power(curve.slope)
    let lower = curve.lowerSlope.map { Power($0) }
    let isStraight = curve.lowerSlope == curve.slope
    let factor = 1 / curve.kneeAmplitude
    let correction = options.correction
    var sum = SIMD4<Double>(repeating: 0)
    for index in stride(from: 0, to: count, by: 4) {
      let amplitude = 0.5 * range[four: index]
      let ratio =
        correction.corrected(amplitude: amplitude, mean: mean[four: index]) * factor
      let isBelow = ratio .< 1
      var part = upper(ratio)
      if !isStraight, any(isBelow) {
        part.replace(with: lower.map { $0(ratio) } ?? .zero, where: isBelow)
      }
      sum += part
    }
    return sum.sum() / curve.kneeCycles
  }
}

/// A sum whose rounding is carried along (A. Neumaier, 1974), so that long recordings keep their digits.
struct CompensatedSum {
  private var sum = 0.0
  private var rest = 0.0

  var value: Double { sum.isFinite ? sum + rest : sum }

  mutating func add(_ term: Double) {
    let total = sum + term
    rest += abs(sum) >= abs(term) ? (sum - total) + term : (term - total) + sum
    sum = total
  }
}

extension CycleTally {
  /// The constant range that does the damage of all loops in `cycles` cycles, for each exponent.
  package func equivalentLoads(cycles: Double, repeats: Double = 1) -> [Double] {
    zip(powers, options.exponents).map { sum, exponent in
      pow(sum * repeats / cycles, 1 / exponent)
    }
  }
}
