import Base
import Glibc
import Testing

@testable import LinearAlgebra

@Suite("functions of many numbers") struct VectorMathTests {
  /// What the C library promises of its vector functions, in units of the last place.
  static let ulpsMax = 4.0

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let range: ClosedRange<Double>
    let vector: @Sendable (MutableView<Double>, MutableView<Double>) -> Void
    let scalar: @Sendable (Double) -> Double
  }

  static let cases = [
    Case(
      testDescription: "exp", range: -740...709, vector: { VectorMath.exp($0, into: $1) },
      scalar: { exp($0) }),
    Case(
      testDescription: "log", range: 1e-300...1e6, vector: { VectorMath.log($0, into: $1) },
      scalar: { log($0) }),
    Case(
      testDescription: "sin", range: -1e4...1e4, vector: { VectorMath.sin($0, into: $1) },
      scalar: { sin($0) }),
    Case(
      testDescription: "cos", range: -1e4...1e4, vector: { VectorMath.cos($0, into: $1) },
      scalar: { cos($0) }),
    Case(
      testDescription: "power 2.5", range: 0...1e30,
      vector: { x, y in
        let exponents = Buffer(repeating: 2.5, count: x.count)
        VectorMath.power(x, exponents.view, into: y)
      }, scalar: { pow($0, 2.5) }),
  ]

  @Test("are the scalar ones to four units of the last place", arguments: cases)
  func accuracy(_ example: Case) {
    var random = SplitMix64(seed: 5)
    let x = Buffer((0..<40_000).map { _ in Double.random(in: example.range, using: &random) })
    let y = Buffer(repeating: 0.0, count: x.count)
    example.vector(x.view, y.view)
    var worst = 0.0
    for index in 0..<x.count {
      let exact = example.scalar(x.view[index])
      worst = max(worst, abs(y.view[index] - exact) / exact.ulp)
    }
    #expect(worst <= Self.ulpsMax)
  }

  @Test("keep infinities, NaN and domains", arguments: cases)
  func specials(_ example: Case) {
    let x = Buffer<Double>([.nan, .infinity, -.infinity, 0, -1, 0x1p-1030, 800, -800])
    let y = Buffer(repeating: 0.0, count: x.count)
    example.vector(x.view, y.view)
    for index in 0..<x.count {
      let exact = example.scalar(x.view[index])
      let isSame = exact.isNaN ? y.view[index].isNaN : abs(y.view[index] - exact) <= 4 * exact.ulp
      #expect(
        isSame || y.view[index] == exact, "of \(x.view[index]): \(y.view[index]), not \(exact)")
    }
  }
}
