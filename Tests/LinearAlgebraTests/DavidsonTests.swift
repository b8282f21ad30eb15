import Glibc
import Testing

@testable import LinearAlgebra

@Suite("modes without a factor") struct DavidsonTests {
  /// Residuals of 1e-7 leave the square of it, over the gap, in eigenvalues.
  static let tolerance = 1e-11
  static let side = 13

  @Test(
    "a cube has the eigenvalues of the closed form, each as often as its symmetry says",
    arguments: [(1, 1), (5, 1), (14, 2), (40, 1)])
  func cube(_ wanted: Int, _ threads: Int) throws {
    var search = try Self.search(wanted, threads: threads)
    let found = try search.run(until: wanted)
    let exact = Self.spectrum
    #expect(found.count >= wanted && found.residual < 2e-7)
    for (value, truth) in zip(search.eigenvalues(found.count), exact) {
      #expect(abs(value / truth - 1) < Self.tolerance)
    }
    let border = try #require(found.border)
    #expect(exact[found.count - 1] < 1 / border && 1 / border < exact[found.count])
  }

  @Test("vectors are orthonormal in M, and obey the equation")
  func vectors() throws {
    let wanted = 7
    var search = try Self.search(wanted, threads: 1)
    let found = try search.run(until: wanted)
    let count = Self.side * Self.side * Self.side
    var vectors: [[Double]] = []
    for place in 0..<found.count {
      search.withVector(place) { vectors.append($0.copy(first: count)) }
    }
    for (i, one) in vectors.enumerated() {
      for (j, other) in vectors.prefix(i + 1).enumerated() {
        let product = zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-9)
      }
    }
  }

  @Test("a search can be cancelled, and gives up when the preconditioner is of no use")
  func endings() throws {
    var options = Self.options
    options.isCancelled = { true }
    var cancelled = try Self.search(3, threads: 1, options)
    #expect(throws: EigenError.cancelled) { _ = try cancelled.run(until: 3) }
    let matrix = Grid.laplace(Self.side)
    var lost = BlockDavidson(
      stiffness: Grid.Operator(matrix), mass: Unit(matrix.vectorLength),
      preconditioner: Noise(matrix),
      rows: matrix.rowCount, most: 3, options: Self.options, team: ThreadTeam(count: 1))
    do {
      _ = try lost.run(until: 3)
      Issue.record("nothing was thrown")
    } catch {
      guard case .notConverged(_, wanted: 3) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  // MARK: - The cube

  static var options: EigenOptions {
    var options = EigenOptions(count: 1)
    options.tolerance = 1e-7
    return options
  }

  static var spectrum: [Double] {
    let sines = (1...side).map { 4 * pow(sin(Double($0) * .pi / Double(2 * (side + 1))), 2) }
    return sines.flatMap { x in sines.flatMap { y in sines.map { x + y + $0 } } }.sorted()
  }

  static func search(
    _ most: Int, threads: Int, _ options: EigenOptions = DavidsonTests.options
  ) throws -> BlockDavidson {
    let matrix = Grid.laplace(side)
    let team = ThreadTeam(count: threads)
    let multigrid = try AlgebraicMultigrid(
      matrix, nearNullSpace: .constant(rows: matrix.rowCount), team: team)
    return BlockDavidson(
      stiffness: Grid.Operator(matrix), mass: Unit(matrix.vectorLength), preconditioner: multigrid,
      rows: matrix.rowCount, most: most, options: options, team: team)
  }

  private final class Unit: DoubleOperator {
    let vectorLength: Int
    init(_ length: Int) { vectorLength = length }
    func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>) {
      product.copy(from: vector)
    }
  }

  /// Turns everything into the same rough vector.
  private final class Noise: Preconditioner {
    let vectorLength: Int
    init(_ matrix: BlockMatrix) { vectorLength = matrix.vectorLength }
    func apply(_ right: MutableView<Float>, into solution: MutableView<Float>) {
      for index in 0..<solution.count { solution[index] = index % 3 == 0 ? 1 : -1 }
    }
  }
}
