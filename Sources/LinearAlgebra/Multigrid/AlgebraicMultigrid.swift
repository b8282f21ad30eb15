/// Smoothed aggregation multigrid: one V-cycle approximates the inverse of a symmetric positive
/// definite matrix [Vanek, Mandel, Brezina 1996, Computing 56].
///
/// Single precision but for the coarsest level, which is factorised.
package final class AlgebraicMultigrid {
  package struct Options: Sendable {
    /// See ``Aggregation/init(_:threshold:team:)``; a quarter of it on each coarser level.
    package var threshold = 0.02
    package var degree = 2
    /// The smoother damps the upper part `1 / ratio` of the spectrum.
    package var ratio = 10.0
    /// A level of at most so many equations is factorised.
    package var coarsest = 2400
    package init() {}
  }

  private let levels: [MultigridLevel]
  private let coarsest: CoarsestLevel
  private let team: ThreadTeam
  /// Equations of each level, and blocks of all levels over blocks of the finest.
  package let sizes: [Int]
  package let complexity: Double

  /// Builds the hierarchy.
  ///
  /// - Throws: `notPositiveDefinite` when the coarsest matrix is not, which tells of a model that is
  ///   not held.
  package init(
    _ matrix: BlockMatrix, nearNullSpace: consuming NearNullSpace, options: Options = Options(),
    team: ThreadTeam
  ) throws(FactorisationError) {
    var levels: [MultigridLevel] = []
    var sizes = [matrix.rowCount * matrix.blockRows]
    var current = matrix
    var space = nearNullSpace
    var threshold = options.threshold
    var blocks = 0
    while current.rowCount * current.blockRows > options.coarsest {
      let groups = Aggregation(current, threshold: threshold, team: team)
      guard groups.groupCount > 0,
        groups.groupCount * space.modes * 4 < current.rowCount * current.blockRows * 3
      else { break }
      let level = MultigridLevel(current, options: options, team: team)
      let tentative = groups.tentative(space, team: team)
      let next = level.coarsen(groups, basis: tentative.basis.view, modes: space.modes, team: team)
      levels.append(level)
      blocks += current.blockCount * current.blockSize
      current = next
      space = tentative.coarse
      threshold *= 0.25
      sizes.append(current.rowCount * current.blockRows)
    }
    blocks += current.blockCount * current.blockSize
    complexity = Double(blocks) / Double(max(matrix.blockCount * matrix.blockSize, 1))
    self.sizes = sizes
    self.levels = levels
    self.team = team
    coarsest = try CoarsestLevel(current)
  }

  /// Length of the vectors of ``apply(_:into:)``.
  package var vectorLength: Int { levels.first?.matrix.vectorLength ?? coarsest.vectorLength }

  /// One V-cycle: `solution` approximates the inverse times `right`.
  package func apply(_ right: MutableView<Float>, into solution: MutableView<Float>) {
    cycle(0, right, solution)
  }

  private func cycle(_ index: Int, _ right: MutableView<Float>, _ solution: MutableView<Float>) {
    guard index < levels.count else { return coarsest.solve(right, into: solution) }
    let level = levels[index]
    level.smoother.smooth(right: right, solution: solution, isZero: true)
    level.smoother.residual(right: right, solution: solution, into: level.residual.view)
    level.restriction?.multiply(level.residual.view, into: level.coarseRight.view, team: team)
    cycle(index + 1, level.coarseRight.view, level.coarseSolution.view)
    level.addCorrection(to: solution, team: team)
    level.smoother.smooth(right: right, solution: solution, isZero: false)
  }
}

/// A level that is smoothed, and its way to the next coarser one.
final class MultigridLevel {
  let matrix: BlockMatrix
  let smoother: ChebyshevSmoother
  private let diagonal: BlockDiagonal
  private let largest: Double
  private(set) var prolongation: BlockMatrix?
  private(set) var restriction: BlockMatrix?
  let residual: Buffer<Float>
  private(set) var coarseRight = Buffer(repeating: Float(0), count: 0)
  private(set) var coarseSolution = Buffer(repeating: Float(0), count: 0)

  init(_ matrix: BlockMatrix, options: AlgebraicMultigrid.Options, team: ThreadTeam) {
    self.matrix = matrix
    diagonal = BlockDiagonal(matrix, team: team)
    let system = StoredOperator(matrix, team: team)
    largest =
      1.1 * largestEigenvalue(system, diagonal: diagonal, steps: 10, seed: 1, team: team)
    smoother = ChebyshevSmoother(
      system, diagonal: diagonal, largest: largest, degree: options.degree, ratio: options.ratio,
      team: team)
    residual = Buffer(repeating: 0, count: matrix.vectorLength)
  }

  /// Builds the prolongation and returns the matrix of the coarser level, `Pᵀ A P`.
  func coarsen(
    _ groups: borrowing Aggregation, basis: MutableView<Double>, modes: Int, team: ThreadTeam
  ) -> BlockMatrix {
    let prolongation = matrix.prolongator(
      groups, basis: basis, modes: modes, diagonal: diagonal, omega: 4 / 3 / largest, team: team)
    let restriction = prolongation.transposed()
    let ap = BlockMatrix.product(matrix, prolongation, team: team)
    let coarse = BlockMatrix.product(restriction, ap, team: team)
    coarse.fillEmptyDiagonal()
    coarseRight = Buffer(repeating: 0, count: coarse.vectorLength)
    coarseSolution = Buffer(repeating: 0, count: coarse.vectorLength)
    self.prolongation = prolongation
    self.restriction = restriction
    return coarse
  }

  func addCorrection(to solution: MutableView<Float>, team: ThreadTeam) {
    guard let prolongation else { return }
    let correction = residual.view
    let stride = BlockMatrix.stride(matrix.blockRows)
    team.split(matrix.rowCount) { rows in
      prolongation.multiply(coarseSolution.view, into: correction, rows: rows)
      for index in (stride * rows.lowerBound)..<(stride * rows.upperBound) {
        solution[index] += correction[index]
      }
    }
  }
}

/// A stored matrix as an operator.
package final class StoredOperator: SingleOperator {
  private let matrix: BlockMatrix
  private let team: ThreadTeam

  package init(_ matrix: BlockMatrix, team: ThreadTeam) {
    self.matrix = matrix
    self.team = team
  }

  package var vectorLength: Int { matrix.vectorLength }

  package func multiply(_ vector: MutableView<Float>, into product: MutableView<Float>) {
    matrix.multiply(vector, into: product, team: team)
  }
}

extension BlockMatrix {
  /// Puts ones on the diagonal where a motion was left out.
  fileprivate func fillEmptyDiagonal() {
    let step = Self.stride(blockColumns)
    for row in 0..<rowCount {
      guard let entry = diagonal(row) else { continue }
      for i in 0..<blockRows where values[entry * blockSize + i * step + i] == 0 {
        values[entry * blockSize + i * step + i] = 1
      }
    }
  }
}
