import TestSupport
import Testing

@testable import Statistics

@Suite("analysis of variance") struct VarianceTests {
  /// Correct digits of F that are asked for at NIST's lower, average and higher difficulty.
  struct Certified: Sendable, CustomTestStringConvertible {
    var name: String
    var f: Double
    var digits: Double
    var testDescription: String { name }
  }

  static let certified = [
    Certified(name: "SiRstv", f: 1.18046237440255, digits: 9),
    Certified(name: "SmLs01", f: 21, digits: 9), Certified(name: "SmLs02", f: 201, digits: 9),
    Certified(name: "SmLs04", f: 21, digits: 6), Certified(name: "SmLs05", f: 201, digits: 6),
    Certified(name: "SmLs07", f: 21, digits: 2),
  ]

  static func digits(_ value: Double, _ exact: Double) -> Double {
    value == exact ? 15 : min(15, -(abs(value - exact) / abs(exact)).decimalLogarithm)
  }

  @Test(
    "of NIST's tables has as many digits as the difficulty allows (skipped where the data is missing)",
    .enabled(if: PublishedTable.areThere), arguments: VarianceTests.certified)
  func nist(_ problem: Certified) throws {
    let columns = try PublishedTable.columns("nist_strd/anova/\(problem.name).csv")
    let groups = columns[0].map { Int($0) - 1 }
    let variance = OneWayVariance(columns[1], groups: groups, levels: (groups.max() ?? 0) + 1)
    let digits = Self.digits(variance.between.f, problem.f)
    #expect(digits >= problem.digits)
    recordVerification(
      "data.anova", "NIST \(problem.name)", source: "NIST StRD, certified",
      measure: "correct digits of F", value: digits, granted: problem.digits)
  }

  /// Simon and Lesage's construction behind NIST's SmLs tables: every group alternates by 0.1 about a
  /// value; the exact F follows from the numbers.
  @Test("of shifted numbers keeps the digits that the numbers have", arguments: [0.0, 1e6, 1e12])
  func shifted(mean: Double) {
    let steps = [0.4, 0.3, 0.2, 0.5, 0.3, 0.2, 0.4, 0.3, 0.4]
    var values: [Double] = []
    var groups: [Int] = []
    for (level, step) in steps.enumerated() {
      for turn in 0..<21 {
        let offset = turn == 0 ? 0 : turn % 2 == 1 ? -0.1 : 0.1
        values.append(mean + step + offset)
        groups.append(level)
      }
    }
    let variance = OneWayVariance(values, groups: groups, levels: 9)
    // Σ 21 (step - mean)² = 21 · 0.08 = 1.68; 20 squares of 0.1 in each of 9 groups = 1.8: F = 21.
    let digits = Self.digits(variance.between.f, 21)
    #expect(digits >= (mean > 1e9 ? 2 : mean > 0 ? 6 : 9))
    #expect(abs(variance.rSquared - 1.68 / 3.48) < 1e-2)
  }

  /// Montgomery, Design and Analysis of Experiments, table 5.1: battery life by material and temperature.
  @Test("by two factors has the published table of battery lives")
  func battery() {
    let lives: [[[Double]]] = [
      [[130, 155, 74, 180], [34, 40, 80, 75], [20, 70, 82, 58]],
      [[150, 188, 159, 126], [136, 122, 106, 115], [25, 70, 58, 45]],
      [[138, 110, 168, 160], [174, 120, 150, 139], [96, 104, 82, 60]],
    ]
    var (values, a, b): ([Double], [Int], [Int]) = ([], [], [])
    for (material, rows) in lives.enumerated() {
      for (temperature, cell) in rows.enumerated() {
        values += cell
        a += cell.map { _ in material }
        b += cell.map { _ in temperature }
      }
    }
    let variance = TwoWayVariance(
      values, .init(name: "material", groups: a, levels: 3),
      .init(name: "temperature", groups: b, levels: 3))
    let expected = [10683.72, 39118.72, 9613.78, 18230.75]
    for (source, squares) in zip(variance.sources, expected) {
      #expect(abs(source.squares - squares) < 0.006)
    }
    #expect(variance.sources.map(\.degrees) == [2, 2, 4, 27])
    for (source, f) in zip(variance.sources, [7.91, 28.97, 3.56]) {
      #expect(abs(source.f - f) < 0.006)
    }
    recordVerification(
      "data.anova", "battery life, two factors", source: "Montgomery, table 5.5",
      measure: "largest difference of a sum of squares",
      value: zip(variance.sources, expected).map { abs($0.squares - $1) }.max() ?? 1,
      granted: 0.006)
  }

  @Test("by two factors without repetition has no interaction")
  func single() {
    let values: [Double] = [1, 2, 3, 2, 4, 3]
    let variance = TwoWayVariance(
      values, .init(name: "a", groups: [0, 0, 0, 1, 1, 1], levels: 2),
      .init(name: "b", groups: [0, 1, 2, 0, 1, 2], levels: 3))
    #expect(variance.sources.map(\.name) == ["a", "b", "residual"])
    #expect(abs(variance.sources[0].squares - 1.5) < 1e-12)
    #expect(variance.sources[2].degrees == 2)
  }

  @Test("of unequal cells counts for each factor what it explains beyond the other")
  func unequal() {
    // y = 2 a + 3 b exactly, so that each factor explains what its coefficient and design say.
    let a = [0, 0, 0, 1, 1, 0, 1]
    let b = [0, 0, 1, 0, 1, 1, 1]
    let values = zip(a, b).map { 2 * Double($0) + 3 * Double($1) }
    let variance = TwoWayVariance(
      values, .init(name: "a", groups: a, levels: 2), .init(name: "b", groups: b, levels: 2))
    // Residual of a on b: cells of b have 3 and 4 runs with shares 1/3 and 1/2 of a: Σ = 2/3 + 1.
    #expect(abs(variance.sources[0].squares - 4 * (2.0 / 3 + 1)) < 1e-12)
    #expect(variance.sources.last?.squares ?? 1 < 1e-24)
  }

  @Test("compares groups of two as the t test does")
  func tukey() throws {
    let variance = OneWayVariance([1, 2, 3, 3, 4, 6], groups: [0, 0, 0, 1, 1, 1], levels: 2)
    let pair = try #require(variance.comparisons().first)
    // With two groups the studentised range is √2 |t|, and F is t².
    #expect(abs(pair.p - variance.between.p) < 1e-4)
  }
}

@Suite("plans of experiments") struct ExperimentDesignTests {
  @Test("of two levels are orthogonal, also as fractions")
  func orthogonal() throws {
    let plans = [
      ExperimentDesign.twoLevel(4),
      try ExperimentDesign.fractional(base: 3, generators: ["AB", "-AC"]),
    ]
    for plan in plans {
      for a in plan[0].indices {
        #expect(plan.reduce(0) { $0 + $1[a] } == 0)
        for b in plan[0].indices where b > a { #expect(plan.reduce(0) { $0 + $1[a] * $1[b] } == 0) }
      }
    }
  }

  @Test("know their resolution")
  func resolution() {
    #expect(ExperimentDesign.resolution(base: 3, generators: ["ABC"]) == 4)
    #expect(ExperimentDesign.resolution(base: 4, generators: ["ABCD"]) == 5)
    #expect(ExperimentDesign.resolution(base: 3, generators: ["AB", "AC", "BC", "ABC"]) == 3)
    #expect(ExperimentDesign.resolution(base: 3, generators: []) == 0)
  }

  @Test("of quadratic surfaces have corners, axes and centres")
  func composite() {
    let plan = ExperimentDesign.centralComposite(2, axial: .rotatable, centrePoints: 5)
    #expect(plan.count == 13)
    #expect(abs(plan[4][0] + 2.0.squareRoot()) < 1e-15)
    #expect(ExperimentDesign.centralComposite(3, axial: .faced, centrePoints: 1).count == 15)
    #expect(ExperimentDesign.factorial(levels: [2, 3]).map { $0[1] } == [0, 1, 2, 0, 1, 2])
  }

  @Test("by Latin hypercube use every part of every factor once", arguments: [true, false])
  func latin(isCentred: Bool) {
    let plan = ExperimentDesign.latinHypercube(runs: 17, factors: 4, isCentred: isCentred, seed: 5)
    for factor in 0..<4 {
      #expect(plan.map { Int($0[factor] * 17) }.sorted() == Array(0..<17))
    }
    let again = ExperimentDesign.latinHypercube(runs: 17, factors: 4, isCentred: isCentred, seed: 5)
    #expect(plan == again)
  }

  @Test("by Sobol's sequence begin as published")
  func sobolPublished() {
    // [Joe, Kuo]: the first points in three dimensions.
    let points = ExperimentDesign.sobol(runs: 8, factors: 3)
    let published = [
      [0, 0, 0], [0.5, 0.5, 0.5], [0.75, 0.25, 0.25], [0.25, 0.75, 0.75], [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125], [0.625, 0.125, 0.875], [0.125, 0.625, 0.375],
    ]
    #expect(points == published)
    // The sixth point of all factors that the table of direction numbers has, by SciPy 1.17.
    let sixth = ExperimentDesign.sobol(runs: 1, factors: 21, from: 5)[0].map { $0 * 8 }
    #expect(
      sixth == [7, 7, 1, 3, 7, 5, 7, 3, 3, 1, 3, 7, 7, 1, 7, 3, 7, 3, 3, 5, 5])
    let worst = zip(points.joined(), published.joined()).map { abs($0 - $1) }.max() ?? 1
    recordVerification(
      "data.design", "Sobol's sequence, three factors", source: "Joe and Kuo; SciPy 1.17 qmc.Sobol",
      measure: "largest difference of a coordinate", value: worst, granted: 0)
  }

  @Test("by Sobol's sequence fill every part of every factor equally")
  func sobolParts() {
    let factors = ExperimentDesign.sobolFactorsMax
    let points = ExperimentDesign.sobol(runs: 256, factors: factors)
    for factor in 0..<factors {
      #expect(points.map { Int($0[factor] * 256) }.sorted() == Array(0..<256))
    }
  }
}
