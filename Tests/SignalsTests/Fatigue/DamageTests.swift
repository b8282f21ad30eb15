import Foundation
import LinearAlgebra
import Signals
import TestSupport
import Testing

@Suite("Fatigue damage")
struct DamageTests {
  /// Each loop from 0 to its range has been counted; the sums must agree with the formula to rounding.
  static let rounding = 1e-13

  private func tally(_ samples: [Double], _ options: CycleTally.Options) -> CycleTally {
    let tally = CycleTally(options)
    countRainflow(samples, .fourPoint, residue: .repeat, into: tally)
    return tally
  }

  /// A wave of ten cycles between two values.
  private func wave(_ low: Double, _ high: Double) -> [Double] {
    Array(repeating: [low, high], count: 10).flatMap { $0 }
  }

  @Test(
    "A constant amplitude does n/N of damage on and below the knee",
    arguments: SNCurve.Miner.allCases)
  func wöhler(miner: SNCurve.Miner) {
    let curve = SNCurve(slope: 5, kneeCycles: 1e6, kneeAmplitude: 100, miner: miner)
    for amplitude in [50.0, 100, 300] {
      let damage = tally(wave(-amplitude, amplitude), .init(curve: curve)).damage
      let ratio = amplitude / 100
      let slope = amplitude >= 100 || miner == .elementary ? 5.0 : 9.0
      let expected = amplitude < 100 && miner == .original ? 0 : 10 * pow(ratio, slope) / 1e6
      #expect(abs(damage - expected) <= Self.rounding * expected)
      #expect(abs(10 * curve.damage(amplitude) - expected) <= Self.rounding * expected)
    }
  }

  struct Corrected: Sendable {
    let correction: MeanCorrection
    let low: Double
    let high: Double
    let amplitude: Double

    init(_ correction: MeanCorrection, _ low: Double, _ high: Double, _ amplitude: Double) {
      self.correction = correction
      self.low = low
      self.high = high
      self.amplitude = amplitude
    }

    static let goodman = MeanCorrection.goodman(strength: 500)
    static let gerber = MeanCorrection.gerber(strength: 500)
    static let fkm = MeanCorrection.fkm(sensitivity: 0.3)

    /// Amplitude 100; R = −1/3, 0, 1/3, 0.6 and above 1.
    static let all: [Corrected] = [
      Corrected(goodman, -50, 150, 100 / 0.9), Corrected(gerber, -50, 150, 100 / 0.99),
      Corrected(goodman, -150, 50, 100), Corrected(fkm, -50, 150, 115), Corrected(fkm, 0, 200, 130),
      Corrected(fkm, 100, 300, 1.3 / 1.1 * 120), Corrected(fkm, 300, 500, 1.3 * 1.3 / 1.1 * 100),
      Corrected(fkm, -500, -300, 70), Corrected(.none, 300, 500, 100),
    ]
  }

  @Test("Corrected amplitudes follow the formulas", arguments: Corrected.all)
  func corrections(_ point: Corrected) {
    let curve = SNCurve(slope: 3, kneeCycles: 10, kneeAmplitude: 1, miner: .elementary)
    let options = CycleTally.Options(correction: point.correction, curve: curve)
    let damage = tally(wave(point.low, point.high), options).damage
    #expect(abs(pow(damage, 1.0 / 3) / point.amplitude - 1) < 1e-12)
  }

  @Test("A mean at the tensile strength does infinite damage")
  func fracture() {
    let curve = SNCurve(slope: 5, kneeCycles: 1e6, kneeAmplitude: 100, miner: .elementary)
    let options = CycleTally.Options(correction: .goodman(strength: 200), curve: curve)
    #expect(tally(wave(150, 260), options).damage == .infinity)
  }

  @Test("Exponents that are not whole agree with those that are")
  func exponents() {
    var random = NormalNumbers(seed: 2)
    let samples = (0..<5000).map { _ in random.next() }
    let whole = tally(samples, .init(exponents: [4]))
    let beside = tally(samples, .init(exponents: [4 - 1e-12, 4 + 1e-12]))
    #expect(abs(beside.powers[0] / whole.powers[0] - 1) < 1e-11)
    #expect(abs(beside.powers[1] / whole.powers[0] - 1) < 1e-11)
  }

  @Test(
    "The matrix holds every loop in its class, whatever the order of sizes", arguments: [nil, 0.25])
  func matrix(width: Double?) {
    var random = NormalNumbers(seed: 8)
    let samples = (0..<30_000).map { 0.01 + random.next() * Double($0) / 3000 }
    let list = CycleList()
    countRainflow(samples, .fourPoint, residue: .half, into: list)
    let tally = CycleTally(.init(classes: 64, classWidth: width))
    countRainflow(samples, .fourPoint, residue: .half, into: tally)
    var expected: [[Int]: Double] = [:]
    let w = tally.matrix.width
    for cycle in list.cycles {
      let place = [Int((cycle.range / w).rounded(.down)), Int((cycle.mean / w).rounded(.down))]
      expected[place, default: 0] += cycle.count
    }
    var counted: [[Int]: Double] = [:]
    for range in 0..<tally.matrix.ranges {
      for mean in 0..<tally.matrix.means {
        let halves = tally.matrix.halves(range: range, mean: mean)
        if halves > 0 { counted[[range, mean + tally.matrix.firstMean]] = Double(halves) / 2 }
      }
    }
    #expect(counted == expected)
    if let width {
      #expect(w == width)
    } else {
      #expect(tally.largestRange / w < 64)
      #expect(w.significandWidth == 0, "a power of two")
    }
  }
}

@Suite("Fatigue from spectra")
struct SpectralFatigueTests {
  /// Two resonances; the densities of the recurrences are known in closed form.
  private struct Process {
    let rateHz = 4000.0
    let poles: [(frequencyHz: Double, radius: Double, gain: Double)]

    func samples(_ count: Int, seed: UInt64) -> [Double] {
      var sum = [Double](repeating: 0, count: count)
      for (index, pole) in poles.enumerated() {
        var random = NormalNumbers(seed: seed + UInt64(index))
        let a1 = 2 * pole.radius * cos(2 * .pi * pole.frequencyHz / rateHz)
        let a2 = -pole.radius * pole.radius
        var (y1, y2) = (0.0, 0.0)
        for time in -5000..<count {
          let y = a1 * y1 + a2 * y2 + pole.gain * random.next()
          (y2, y1) = (y1, y)
          if time >= 0 { sum[time] += y }
        }
      }
      return sum
    }

    func density(_ frequency: Double) -> Double {
      poles.reduce(0) { sum, pole in
        let omega = 2 * Double.pi * frequency / rateHz
        let a1 = 2 * pole.radius * cos(2 * .pi * pole.frequencyHz / rateHz)
        let a2 = -pole.radius * pole.radius
        let real = 1 - a1 * cos(omega) - a2 * cos(2 * omega)
        let imaginary = a1 * sin(omega) + a2 * sin(2 * omega)
        return sum + 2 * pole.gain * pole.gain / rateHz / (real * real + imaginary * imaginary)
      }
    }
  }

  /// What the literature grants Dirlik's formula on two well separated modes.
  static let granted = 0.10

  @Test("Dirlik's damage is that of rainflow on a Gaussian realisation", arguments: [3.0, 5])
  func dirlik(slope: Double) {
    let process = Process(poles: [(40, 0.995, 0.02), (150, 0.99, 0.05)])
    let samples = process.samples(4_000_000, seed: 77)
    let curve = SNCurve(slope: slope, kneeCycles: 1e6, kneeAmplitude: 1, miner: .elementary)
    let tally = CycleTally(.init(curve: curve))
    countRainflow(samples, .fourPoint, residue: .half, block: 10_000, into: tally)
    let frequency = (0...20_000).map { Double($0) * 0.05 }
    let moments = SpectralMoments(frequency: frequency, density: frequency.map(process.density))
    let distribution = AmplitudeDistribution(.dirlik, moments)
    let damage = distribution.damageRate(curve) * Double(samples.count) / process.rateHz
    let error = abs(damage / tally.damage - 1)
    #expect(error < Self.granted)
    recordVerification(
      "signal.fatigue", "Dirlik against rainflow, two modes, k = \(Int(slope))",
      source: "4 million samples of a Gaussian process", measure: "relative difference of damage",
      value: error, granted: Self.granted)
  }

  @Test("Distributions have the mass 1, and quadrature the moments of the closed form")
  func quadrature() {
    let moments = SpectralMoments(
      frequency: (0...1000).map(Double.init), density: (0...1000).map { 1 / (1 + Double($0)) })
    for method in SpectralMethod.allCases {
      let distribution = AmplitudeDistribution(method, moments)
      #expect(abs(distribution.meanPower(0) - 1) < 1e-12)
      var curve = SNCurve(slope: 5, kneeCycles: 1e6, kneeAmplitude: 3, miner: .elementary)
      let closed = distribution.damageRate(curve)
      // Original plus what lies below the knee at a nearly equal slope: by quadrature.
      curve.miner = .modified
      let modified = distribution.damageRate(curve)
      curve.miner = .original
      let original = distribution.damageRate(curve)
      #expect(original < modified && modified < closed)
      var straight = curve
      straight.kneeAmplitude = 1e-9
      let all = distribution.damageRate(straight)
      straight.miner = .elementary
      #expect(abs(all / distribution.damageRate(straight) - 1) < 1e-9)
    }
  }

  @Test("A narrow band has Rayleigh's damage by both methods")
  func narrowBand() {
    let frequency = (0...40_000).map { 9 + Double($0) * 5e-5 }
    let density = frequency.map { abs($0 - 10) < 0.01 ? 50.0 : 0 }
    let moments = SpectralMoments(frequency: frequency, density: density)
    #expect(abs(moments.irregularity - 1) < 1e-4)
    let curve = SNCurve(slope: 4, kneeCycles: 1e6, kneeAmplitude: 1, miner: .elementary)
    let rayleigh = AmplitudeDistribution(.narrowBand, moments).damageRate(curve)
    // ν₀ (√2 σ)^k Γ(1 + k/2) / N_D with σ² = m₀ and Γ(3) = 2.
    let exact = 10 * pow(2 * moments.zeroth, 2) * 2 / 1e6
    #expect(abs(rayleigh / exact - 1) < 1e-4)
    let dirlik = AmplitudeDistribution(.dirlik, moments).damageRate(curve)
    #expect(abs(dirlik / exact - 1) < 0.02)
  }

  @Test("Moments of a constant density are those of the integral")
  func moments() {
    let frequency = (0...10_000).map { Double($0) * 0.01 }
    let moments = SpectralMoments(frequency: frequency, density: frequency.map { _ in 2 })
    #expect(abs(moments.zeroth - 200) < 1e-9)
    #expect(abs(moments.first / 1e4 - 1) < 1e-9)
    #expect(abs(moments.second / (2e6 / 3) - 1) < 1e-7)
    #expect(abs(moments.fourth / 4e9 - 1) < 1e-7)
  }
}
