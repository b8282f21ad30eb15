import Glibc
import Testing

@testable import Statistics

/// Distributions against closed forms, against 40-digit arithmetic (mpmath) and against themselves.
@Suite("distributions") struct DistributionTests {
  /// A few roundings of the exponent of a probability.
  static let tolerance = 2e-14

  private func expectNear(
    _ value: Double, _ exact: Double, _ tolerance: Double = tolerance,
    _ note: String = "", location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(value - exact) <= tolerance * abs(exact), "\(value) instead of \(exact) \(note)",
      sourceLocation: location)
  }

  @Test(
    "Student's t of one and two degrees of freedom has its closed form",
    arguments: [
      1e-8, 0.1, 0.7, 1, 3, 50, 1e6,
    ])
  func student(_ t: Double) {
    expectNear(StudentDistribution(degrees: 1).survival(t), atan(1 / t) / .pi)
    let root = t / (2 + t * t).squareRoot()
    expectNear(StudentDistribution(degrees: 2).survival(t), 1 / ((2 + t * t) * (1 + root)))
    expectNear(StudentDistribution(degrees: 2).density(t), pow(2 + t * t, -1.5))
    expectNear(StudentDistribution(degrees: 2).cumulative(-t), 1 / ((2 + t * t) * (1 + root)))
  }

  @Test(
    "chi-square of even degrees of freedom is a sum of Poisson terms",
    arguments: [
      0.01, 1, 7.5, 40, 700,
    ])
  func chiSquare(_ x: Double) {
    for half in [1, 2, 5, 20] {
      var term = exp(-x / 2)
      var sum = term
      for index in 1..<max(half, 2) where index < half {
        term *= x / 2 / Double(index)
        sum += term
      }
      expectNear(ChiSquareDistribution(degrees: Double(2 * half)).survival(x), sum, 1e-13)
    }
    expectNear(ChiSquareDistribution(degrees: 1).survival(x), erfc((x / 2).squareRoot()), 1e-13)
  }

  @Test(
    "F with two degrees of freedom above or below has its closed form",
    arguments: [
      0.001, 0.5, 1, 4, 90,
    ])
  func fisher(_ f: Double) {
    for degrees in [1.0, 2, 7, 30, 400] {
      expectNear(
        FisherDistribution(2, degrees).survival(f), exp(-degrees / 2 * log1p(2 * f / degrees)),
        1e-13)
      expectNear(
        FisherDistribution(degrees, 2).cumulative(f),
        exp(-degrees / 2 * log1p(2 / (degrees * f))), 1e-13)
      expectNear(
        FisherDistribution(1, degrees).survival(f),
        StudentDistribution(degrees: degrees).twoSided(f.squareRoot()))
    }
  }

  @Test("probabilities agree with arithmetic of 40 digits")
  func manyDigits() {
    expectNear(StudentDistribution(degrees: 7.5).survival(2.5), 0.019410129136812778592)
    expectNear(StudentDistribution(degrees: 3).survival(40), 1.7190340394579264142e-5)
    expectNear(
      StudentDistribution(degrees: 1e5).survival(3), 0.001350230442032359595, 1e-12)
    expectNear(ChiSquareDistribution(degrees: 1.7).survival(0.3), 0.80300343683749727287)
    expectNear(
      ChiSquareDistribution(degrees: 1e5).survival(100_500), 0.13185481160338377849, 1e-12)
    expectNear(ChiSquareDistribution(degrees: 100).survival(250), 7.7669364035391770701e-15, 1e-13)
    expectNear(
      FisherDistribution(1000, 2000).survival(1.25), 1.8408856212188791701e-5, 1e-12)
    expectNear(FisherDistribution(3.5, 11).survival(4), 0.033661001617594952763)
    expectNear(FisherDistribution(8, 40).survival(30), 1.4314977413169457992e-14, 1e-13)
  }

  @Test("quantiles agree with arithmetic of 40 digits")
  func quantiles() {
    expectNear(StudentDistribution(degrees: 1).upperQuantile(0.025), 12.706204736174704646)
    expectNear(StudentDistribution(degrees: 5).upperQuantile(0.025), 2.5705818356363155147)
    expectNear(StudentDistribution(degrees: 10).upperQuantile(0.025), 2.2281388519862747484)
    expectNear(StudentDistribution(degrees: 30).upperQuantile(0.025), 2.04227245630123831)
    expectNear(StudentDistribution(degrees: 120).upperQuantile(0.025), 1.9799304050824408467)
    expectNear(ChiSquareDistribution(degrees: 1).upperQuantile(0.05), 3.8414588206941259584)
    expectNear(ChiSquareDistribution(degrees: 10).upperQuantile(0.05), 18.307038053275146872)
    expectNear(ChiSquareDistribution(degrees: 100).upperQuantile(0.05), 124.34211340400408173)
    expectNear(FisherDistribution(5, 10).upperQuantile(0.05), 3.3258345304130120113)
    expectNear(FisherDistribution(10, 20).upperQuantile(0.05), 2.3478775669983120048)
    expectNear(FisherDistribution(3, 100).upperQuantile(0.05), 2.6955342548881395727)
    expectNear(NormalDistribution().upperQuantile(0.025), 1.9599639845400542355)
    expectNear(NormalDistribution().upperQuantile(1e-10), 6.3613409024040562047)
    expectNear(NormalDistribution().upperQuantile(0.3), 0.52440051270804078404)
  }

  @Test(
    "a quantile's probability is the one that was asked for",
    arguments: [
      1e-12, 1e-4, 0.05, 0.3, 0.4999, 0.5, 0.7, 0.999,
    ])
  func inverse(_ p: Double) {
    let distributions: [any Distribution] = [
      NormalDistribution(mean: 0, deviation: 3), StudentDistribution(degrees: 1),
      StudentDistribution(degrees: 2.5), StudentDistribution(degrees: 1000),
      ChiSquareDistribution(degrees: 1), ChiSquareDistribution(degrees: 33),
      FisherDistribution(1, 4), FisherDistribution(12, 7), FisherDistribution(300, 2),
    ]
    for distribution in distributions {
      expectNear(
        distribution.cumulative(distribution.quantile(p)), p, 1e-13, "\(distribution)")
      expectNear(
        distribution.survival(distribution.upperQuantile(p)), p, 1e-13, "\(distribution)")
    }
  }

  @Test("the ends of the range and what lies outside are said plainly")
  func ends() {
    #expect(NormalDistribution().quantile(0) == -.infinity)
    #expect(NormalDistribution().quantile(1.5).isNaN)
    #expect(StudentDistribution(degrees: 4).quantile(1) == .infinity)
    #expect(StudentDistribution(degrees: 4).quantile(0.5) == 0)
    #expect(FisherDistribution(2, 3).survival(0) == 1)
    #expect(ChiSquareDistribution(degrees: 3).cumulative(-1) == 0)
    #expect(ChiSquareDistribution(degrees: 3).survival(.infinity) == 0)
  }
}
