import Base
import Testing

@testable import LinearAlgebra

@Suite("triangles of regressions") struct RegressionTriangleTests {
  /// Rounding of some ten thousand rows, and 1.5 digits that products may cost.
  static let difference = 1e-12

  /// Random rows of terms whose common part makes them alike, and a response that they explain all but a
  /// thousandth of.
  static func rows(_ count: Int, terms: Int, alike: Double, seed: UInt64) -> [[Double]] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let common = Double.random(in: -1...1, using: &random)
      let terms = (0..<terms).map { _ in
        alike * common + (1 - alike) * Double.random(in: -1...1, using: &random)
      }
      let response = terms.enumerated().reduce(0.0) { $0 + Double($1.offset + 1) * $1.element }
      return terms + [response + 1e-3 * Double.random(in: -1...1, using: &random)]
    }
  }

  static func coefficients(_ triangle: MatrixView) -> [Double] {
    let terms = triangle.columns - 1
    let right = DenseMatrix(triangle.part(0..<terms, terms..<(terms + 1)))
    triangle.part(0..<terms, 0..<terms).solveUpper(right.view)
    return right.view.elements()
  }

  @Test(
    "are those of reflections, whether products serve or not", arguments: [0, 0.5, 0.99, 0.999999])
  func agree(alike: Double) {
    let (count, terms) = (20_000, 12)
    let rows = Self.rows(count, terms: terms, alike: alike, seed: 11)
    let plain = TriangularFactor(order: terms + 1)
    var quick = RegressionTriangle(order: terms + 1)
    for start in stride(from: 0, to: count, by: 2000) {
      let part = rows[start..<(start + 2000)]
      let block = DenseMatrix(
        rows: 2000, columns: terms + 1, (0...terms).flatMap { column in part.map { $0[column] } })
      let copy = DenseMatrix(block.view)
      plain.eliminate(block.view)
      quick.eliminate(copy.view)
    }
    let (exact, found) = (Self.coefficients(plain.view), Self.coefficients(quick.view))
    for (a, b) in zip(exact, found) {
      // The condition of alike terms grows with what they share.
      #expect(abs(a - b) <= Self.difference * abs(a) / (1 - alike))
    }
    let (residual, other) = (plain.view[terms, terms], quick.view[terms, terms])
    #expect(abs(abs(residual / other) - 1) < 1e-9)
  }

  @Test("take rows in which a term is constant or missing")
  func deficient() {
    var triangle = RegressionTriangle(order: 3)
    for number in 0..<4 {
      let block = DenseMatrix(rows: 100, columns: 3)
      for row in 0..<100 {
        block.view[row, 0] = 1
        block.view[row, 1] = number == 3 ? Double(row) : 0
        block.view[row, 2] = 2
      }
      triangle.eliminate(block.view)
    }
    let found = Self.coefficients(triangle.view)
    #expect(abs(found[0] - 2) < 1e-12 && abs(found[1]) < 1e-12)
  }
}
