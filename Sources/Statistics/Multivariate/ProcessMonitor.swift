import Glibc
import LinearAlgebra

/// Scores, Hotelling's T² and the squared prediction error (SPE, Q) of rows by a model of components.
package struct ProcessMonitor: ~Copyable {
  package let model: PrincipalComponents
  private let loadings: DenseMatrix
  private let prepared: DenseMatrix
  /// Scores of the rows of the last block, by columns.
  package let scores: DenseMatrix
  private let spe: Buffer<Double>
  private let t2: Buffer<Double>

  package static let blockRows = 512

  package init(_ model: PrincipalComponents) {
    self.model = model
    loadings = DenseMatrix(rows: model.columns, columns: model.components, model.loadings)
    prepared = DenseMatrix(rows: Self.blockRows, columns: model.columns)
    scores = DenseMatrix(rows: Self.blockRows, columns: model.components)
    spe = Buffer(repeating: 0, count: Self.blockRows)
    t2 = Buffer(repeating: 0, count: Self.blockRows)
  }

  /// T² and SPE of each row of the last block.
  package var statistics: (t2: MutableView<Double>, spe: MutableView<Double>) {
    (t2.view, spe.view)
  }

  /// Residual of a row of the last block for each column.
  package func residual(_ row: Int) -> [Double] {
    (0..<model.columns).map { prepared.view[row, $0] }
  }

  /// What each column adds to the T² of a row with these scores: `Σ t_a / λ_a p_ja z_j`
  /// [Kourti, MacGregor 1996, J. Quality Technology 28(4)].
  package func contributions(scores: [Double], residual: [Double]) -> [Double] {
    (0..<model.columns).map { column in
      var weight = 0.0
      var modelled = 0.0
      for component in 0..<model.components {
        let loading = loadings.view[column, component]
        weight += scores[component] / model.variances[component] * loading
        modelled += scores[component] * loading
      }
      return weight * (modelled + residual[column])
    }
  }

  /// Computes scores, T² and SPE of at most ``blockRows`` rows.
  package func take(_ block: MatrixView) {
    precondition(
      block.rows <= Self.blockRows && block.columns == model.columns, "a block too large")
    let rows = 0..<block.rows
    let z = prepared.view.part(rows, 0..<model.columns)
    let t = scores.view.part(rows, 0..<model.components)
    z.copy(block)
    PrincipalComponents.prepare(z, (model.means, model.factors))
    t.setProduct(z, loadings.view)
    z.setProduct(t, loadings.view, .init(rightTransposed: true, scale: -1, keep: 1))
    for row in rows { (t2.view[row], spe.view[row]) = (0, 0) }
    for component in 0..<model.components {
      let (column, variance) = (t.column(component), model.variances[component])
      guard variance > 0 else { continue }
      for row in rows { t2.view[row] += column[row] * column[row] / variance }
    }
    for index in 0..<model.columns {
      let column = z.column(index)
      for row in rows { spe.view[row] += column[row] * column[row] }
    }
  }
}

/// Limits beyond which a row does not belong to the process that a model was made of.
package struct MonitorLimits: Sendable {
  /// Of T² for new rows: `k (n² - 1) / (n (n - k)) F(k, n - k)`
  /// [Tracy, Young, Mason 1992, J. Quality Technology 24(2)].
  package let t2: Double
  /// Of T² for the rows that the model was made of: `(n - 1)² / n Beta(k/2, (n - k - 1)/2)`.
  package let t2OfModel: Double
  /// Of SPE, from the variances that are not kept [Jackson, Mudholkar 1979, Technometrics 21(3)]; no number where all
  /// variance is kept: what is left is rounding.
  package let spe: Double

  /// - Parameter confidence: share of rows below a limit when nothing is wrong, such as 0.99.
  package init(_ model: PrincipalComponents, confidence: Double) {
    let (n, k) = (Double(model.rows), Double(model.components))
    let tail = 1 - confidence
    if k > 0, n > k {
      t2 = k * (n * n - 1) / (n * (n - k)) * FisherDistribution(k, n - k).upperQuantile(tail)
    } else {
      t2 = .nan
    }
    if k > 0, n > k + 1 {
      // A beta quantile by way of F: B = k F / (k F + n - k - 1).
      let f = FisherDistribution(k, n - k - 1).upperQuantile(tail)
      t2OfModel = (n - 1) * (n - 1) / n * (k * f / (k * f + n - k - 1))
    } else {
      t2OfModel = .nan
    }
    let left = Array(model.variances.dropFirst(model.components))
    let isRounding = left.reduce(0, +) <= Self.rounding * model.totalVariance
    spe = isRounding ? .nan : Self.residualLimit(left, tail)
  }

  /// Share of the variance that rounding of the table's numbers leaves, with room.
  private static let rounding = 1e-20

  private static func residualLimit(_ variances: [Double], _ tail: Double) -> Double {
    let first = variances.reduce(0, +)
    let second = variances.reduce(0) { $0 + $1 * $1 }
    let third = variances.reduce(0) { $0 + $1 * $1 * $1 }
    guard first > 0, second > 0 else { return 0 }
    let h = 1 - 2 * first * third / (3 * second * second)
    let c = NormalDistribution().upperQuantile(tail)
    guard h > 1e-6 else {
      // The power transform does not exist; Box's g χ²(h) serves [Box 1954, Ann. Math. Stat. 25(2)].
      let degrees = first * first / second
      return second / first * ChiSquareDistribution(degrees: degrees).upperQuantile(tail)
    }
    let base =
      c * (2 * second * h * h).squareRoot() / first + 1 + second * h * (h - 1) / (first * first)
    return base > 0 ? first * pow(base, 1 / h) : 0
  }
}
