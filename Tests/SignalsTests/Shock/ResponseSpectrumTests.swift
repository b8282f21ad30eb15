import Foundation
import LinearAlgebra
import Signals
import TestSupport
import Testing

@Suite("Response spectra")
struct ResponseSpectrumTests {
  static let folder = repositoryFile("../shared/data/response_spectrum")
  static let isThere = FileManager.default.fileExists(atPath: folder + "/spectrum.csv")

  /// The reference is the same recurrence in its closed form.
  static let granted = 1e-9

  @Test(
    "The certified spectrum is met in nine digits (skipped where the data are missing)",
    .enabled(if: isThere), arguments: [3000, 64, 1])
  func certified(block: Int) throws {
    let base = try String(contentsOfFile: Self.folder + "/accelerogram.csv", encoding: .utf8)
      .split(separator: "\n").compactMap { Double($0) }
    let rows = try String(contentsOfFile: Self.folder + "/spectrum.csv", encoding: .utf8)
      .split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    var bank = OscillatorBank(
      rows.map { Oscillator(frequencyHz: 1 / $0[1], damping: $0[0]) }, rateHz: 100)
    for start in stride(from: 0, to: base.count, by: block) {
      Array(base[start..<min(start + block, base.count)]).withView { bank.add($0) }
    }
    var worst = 0.0
    for (index, row) in rows.enumerated() {
      let peaks = bank.response(index)
      worst = max(worst, abs(peaks.displacement / row[2] - 1))
      worst = max(worst, abs(peaks.acceleration / row[3] - 1))
    }
    #expect(worst < Self.granted)
    recordVerification(
      "signal.shock", "accelerogram, ζ = 0.02 … 0.05, T = 0.05 … 6 s",
      source: "Nigam–Jennings recurrence in NumPy", measure: "largest relative error",
      value: worst, granted: Self.granted)
  }

  /// Response of an undamped oscillator to a half sine of height 1 and length 1 s, f·1 s = `cycles`.
  static func halfSine(_ cycles: Double) -> (primary: Double, residual: Double) {
    let ratio = 1 / (2 * cycles)
    let omega = 2 * Double.pi * cycles
    // (sin Ωt − r sin ωt) / (1 − r²): peaks where Ωt + ωt is a multiple of 2π, inside the pulse.
    var primary = 0.0
    for turn in 1...200 {
      let time = 2 * Double.pi * Double(turn) / (.pi + omega)
      guard time <= 1 else { break }
      primary = max(primary, (sin(.pi * time) - ratio * sin(omega * time)) / (1 - ratio * ratio))
    }
    let end = (0 - ratio * sin(omega)) / (1 - ratio * ratio)
    primary = max(primary, end)
    let residual = abs(2 * ratio * cos(.pi / (2 * ratio)) / (1 - ratio * ratio))
    return (primary, residual)
  }

  /// Straight pieces for the sine: (π h)²/8, and peaks between samples: (ω h)²/8, h = 1/20000.
  static let pieces = 3e-6

  @Test(
    "A half sine has its closed-form shock spectrum", arguments: [0.2, 0.7, 1.3, 2.25, 6.4, 15])
  func halfSine(cycles: Double) {
    let count = 20_000
    let pulse = (0...count).map { sin(.pi * Double($0) / Double(count)) }
    var bank = OscillatorBank(
      [Oscillator(frequencyHz: cycles, damping: 0)], rateHz: Double(count))
    pulse.withView { bank.add($0) }
    let peaks = bank.response(0)
    let exact = Self.halfSine(cycles)
    #expect(abs(peaks.primary.positive / exact.primary - 1) < Self.pieces)
    #expect(
      abs(peaks.residual.positive / exact.residual - 1) < Self.pieces * max(1, 1 / exact.residual))
    #expect(abs(peaks.residual.positive + peaks.residual.negative) < 1e-12)
    recordVerification(
      "signal.shock", "half sine, f·D = \(cycles)", source: "closed form",
      measure:
        "relative error of the primary spectrum",
      value: abs(peaks.primary.positive / exact.primary - 1), granted: Self.pieces)
  }

  @Test(
    "Zeros behind a shock find the residual that the closed form foretells",
    arguments: [0, 0.05, 0.6])
  func residual(damping: Double) {
    let pulse = (0...100).map { Double(min($0, 100 - $0)) } + [0]
    let oscillators = [Oscillator(frequencyHz: 11, damping: damping)]
    var short = OscillatorBank(oscillators, rateHz: 10_000)
    pulse.withView { short.add($0) }
    var long = OscillatorBank(oscillators, rateHz: 10_000)
    pulse.withView { long.add($0) }
    long.endShock()
    [Double](repeating: 0, count: 20_000).withView { long.add($0) }
    let (one, two) = (short.response(0), long.response(0))
    #expect(one.primary == two.primary)
    // A swing that only decays has its largest value at the end of the shock, one sample earlier.
    let oneSample = 0.01 * one.maximax
    #expect(abs(one.residual.positive - two.residual.positive) < oneSample)
    #expect(abs(one.residual.negative - two.residual.negative) < oneSample)
  }

  @Test("A stiff oscillator follows its base, a soft one stays behind")
  func limits() {
    let base = (0..<5000).map { sin(Double($0) * 0.02) }
    let oscillators = [
      Oscillator(frequencyHz: 40_000, damping: 0.05), Oscillator(frequencyHz: 1e-4, damping: 0.05),
    ]
    var bank = OscillatorBank(oscillators, rateHz: 1000)
    base.withView { bank.add($0) }
    #expect(abs(bank.response(0).acceleration - 1) < 1e-4)
    // Displacement of the base: double integral of sin 20 t: largest t/20 − sin(20 t)/400.
    #expect(abs(bank.response(1).displacement / (4.999 / 20 - sin(99.98) / 400) - 1) < 1e-2)
  }

  @Test("Motion along one direction has RotD100 there and RotD50 at 45 degrees")
  func rotated() {
    let base = (0..<4000).map { sin(Double($0) * 0.05) * exp(-Double($0) / 800) }
    let oscillators = [0.5, 2, 9].map { Oscillator(frequencyHz: $0, damping: 0.05) }
    let angle = 37 * Double.pi / 180
    var rotated = RotatedSpectrum(oscillators, rateHz: 200)
    var bank = OscillatorBank(oscillators, rateHz: 200)
    for start in stride(from: 0, to: 4000, by: 333) {
      let part = base[start..<min(start + 333, 4000)]
      part.map { $0 * cos(angle) }.withView { one in
        part.map { $0 * sin(angle) }.withView { other in rotated.add(one, other) }
      }
      Array(part).withView { bank.add($0) }
    }
    for index in oscillators.indices {
      let along = bank.response(index).displacement
      let (median, maximum) = rotated.displacement(index)
      #expect(abs(maximum / along - 1) < 1e-12)
      // Between the two middle directions of 180: |cos| of 44.5 and 45.5 degrees from the axis.
      #expect(abs(median / along - cos(.pi / 4)) < 2e-4)
    }
  }

  @Test("Measures of a sine are those of its integrals")
  func measures() {
    let rate = 1000.0
    var motion = GroundMotion(rateHz: rate)
    // 10 s of 2 m/s² at 1 Hz.
    let base = (0...10_000).map { 2 * sin(2 * .pi * Double($0) / rate) }
    for start in stride(from: 0, to: base.count, by: 777) {
      Array(base[start..<min(start + 777, base.count)]).withView { motion.add($0) }
    }
    #expect(abs(motion.peak - 2) < 1e-12)
    #expect(abs(motion.ariasIntensity / (.pi / (2 * GroundMotion.gravity) * 20) - 1) < 1e-6)
    #expect(abs(motion.cumulativeAbsoluteVelocity / (10 * 4 / .pi) - 1) < 1e-5)
    #expect(abs(motion.peakVelocity / (2 / .pi) - 1) < 1e-5)
    #expect(abs(motion.significantDuration - 9) < 0.1)
  }
}
