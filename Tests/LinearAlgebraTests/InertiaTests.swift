import Glibc
import Testing

@testable import LinearAlgebra

@Suite("counting eigenvalues by inertia") struct InertiaTests {
  /// Side of the square whose Laplace matrix is counted: large enough for supernodes of many columns.
  static let side = 48
  /// Largest element of a residual that a backward stable solution leaves.
  static let tolerance = 1e-10

  @Test(
    "signs of a factor count the eigenvalues of the closed form below a shift, in both precisions",
    arguments: [0, 1, 3, 40, 1000])
  func signs(_ wanted: Int) throws {
    let (order, matrix, spectrum) = try Self.square()
    let shift = Self.gap(spectrum, wanted)
    let shifted = matrix.adding(-shift, times: Self.unit(matrix))
    let below = spectrum.count { $0 < shift }
    #expect(below >= wanted)
    #expect(try Self.factor(Double.self, shifted, order).negativeCount == below)
    #expect(try Self.factor(Float.self, shifted, order).negativeCount == below)
  }

  @Test("a signed factor solves indefinite equations, several columns at once")
  func solution() throws {
    let (order, matrix, spectrum) = try Self.square()
    let shifted = matrix.adding(-Self.gap(spectrum, 9), times: Self.unit(matrix))
    let factor = try Self.factor(Double.self, shifted, order)
    let right = (0..<(3 * matrix.order)).map { Double($0 % 29) - 14 }
    var block = right
    block.withMutableView { factor.solve($0, columns: 3) }
    for column in 0..<3 {
      let range = (column * matrix.order)..<((column + 1) * matrix.order)
      let product = shifted.multiplied(by: Array(block[range]))
      let size = block[range].reduce(0) { max($0, abs($1)) }
      #expect(zip(product, right[range]).allSatisfy { abs($0 - $1) < Self.tolerance * size })
    }
  }

  @Test("known modes make a count without pivoting sure; pivots count the same")
  func witnesses() throws {
    let (order, matrix, spectrum) = try Self.square()
    let shift = Self.gap(spectrum, 5)
    let below = spectrum.count { $0 < shift }
    let shifted = matrix.adding(-shift, times: Self.unit(matrix))
    let count = try InertiaCount(
      shifted, elimination: order, witnesses: Self.witnesses(spectrum, shift))
    #expect(count.method == .double && count.negative == below && count.operations > 1e5)
    let pivoted = try InertiaCount(shifted, elimination: order, witnesses: nil)
    #expect(pivoted.method == .pivoted && pivoted.negative == below)
  }

  @Test("a factor that does not know the modes is not believed")
  func doubted() throws {
    let (order, matrix, spectrum) = try Self.square()
    let shift = Self.gap(spectrum, 5)
    var witnesses = Self.witnesses(spectrum, shift)
    witnesses.differences = witnesses.differences.map { 2 * $0 }
    let count = try InertiaCount(
      matrix.adding(-shift, times: Self.unit(matrix)), elimination: order, witnesses: witnesses)
    #expect(count.method == .pivoted && count.negative == spectrum.count { $0 < shift })
  }

  @Test("a count other than expected is made again with pivots, so that a missed mode is told")
  func missed() throws {
    let (order, matrix, spectrum) = try Self.square()
    let shift = Self.gap(spectrum, 5)
    var witnesses = Self.witnesses(spectrum, shift)
    witnesses.expected -= 1
    let count = try InertiaCount(
      matrix.adding(-shift, times: Self.unit(matrix)), elimination: order, witnesses: witnesses)
    #expect(count.method == .pivoted && count.negative == witnesses.expected + 1)
  }

  @Test("a shift on an eigenvalue leaves no factor that could be believed")
  func singular() throws {
    // A free chain: the last pivot is zero to rounding.
    let stiffness = Chain(order: 90, isFree: true).stiffness
    #expect(throws: FactorisationError.notPositiveDefinite(equation: nil)) {
      _ = try Self.factor(Double.self, stiffness, Array(0..<90))
    }
  }

  @Test("a factorisation ends soon after it is cancelled")
  func cancelled() throws {
    let (order, matrix, _) = try Self.square()
    var asked = 0
    var factor = SignedFactor<Double>(
      try SupernodalAnalysis(matrix.pattern, elimination: order))
    do {
      try factor.factorise(matrix) {
        asked += 1
        return asked > 3
      }
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == .cancelled && asked == 4)
    }
  }

  @Test(
    "a vibration problem counts a chain's frequencies of the closed form", arguments: [0, 4, 17])
  func chain(_ below: Int) throws {
    let chain = Chain(order: 300)
    let sine = sin((Double(below) + 0.5) * .pi / 602)
    #expect(try chain.vibration.negativeCount(at: 4 * sine * sine) == below)
  }

  // MARK: - The square

  static func square() throws -> (order: [Int], matrix: SymmetricMatrix, spectrum: [Double]) {
    let (graph, matrix) = CholeskyTests.laplace(side)
    let sines = (1...side).map { 4 * pow(sin(Double($0) * .pi / Double(2 * (side + 1))), 2) }
    let spectrum = sines.flatMap { one in sines.map { one + $0 } }.sorted()
    return (try graph.fillReducingOrder(.nestedDissection), matrix, spectrum)
  }

  /// A value between different eigenvalues, with at least `count` below it.
  static func gap(_ spectrum: [Double], _ count: Int) -> Double {
    guard count > 0 else { return spectrum[0] / 2 }
    let last = (count..<spectrum.count).first { spectrum[$0] > spectrum[$0 - 1] * (1 + 1e-4) } ?? 1
    return (spectrum[last - 1] + spectrum[last]) / 2
  }

  static func unit(_ matrix: SymmetricMatrix) -> SymmetricMatrix {
    var unit = SymmetricMatrix(pattern: matrix.pattern)
    for column in 0..<matrix.order {
      unit.values[matrix.pattern.columnStarts[column + 1] - 1] = 1
    }
    return unit
  }

  static func factor<Number: FactorNumber>(
    _: Number.Type, _ matrix: SymmetricMatrix, _ order: [Int]
  ) throws -> SignedFactor<Number> {
    var factor = SignedFactor<Number>(try SupernodalAnalysis(matrix.pattern, elimination: order))
    try factor.factorise(matrix)
    return factor
  }

  /// The modes next to a shift: products of sines, the first of those with equal eigenvalues.
  static func witnesses(_ spectrum: [Double], _ shift: Double) -> InertiaCount.Witnesses {
    let below = spectrum.count { $0 < shift }
    var (vectors, differences): ([Double], [Double]) = ([], [])
    for value in [spectrum[below - 1], spectrum[below]] {
      let angle = Double.pi / Double(side + 1)
      let waves = (1...side).flatMap { a in (1...side).map { (a, $0) } }.first { a, b in
        let sum = [a, b].reduce(0) { $0 + 4 * pow(sin(Double($1) * angle / 2), 2) }
        return abs(sum - value) < 1e-12
      }
      let (a, b) = waves ?? (1, 1)
      for x in 1...side {
        for y in 1...side {
          vectors.append(sin(Double(a * x) * angle) * sin(Double(b * y) * angle))
        }
      }
      differences.append(value - shift)
    }
    return InertiaCount.Witnesses(
      vectors: vectors, images: vectors, differences: differences, expected: below)
  }
}
