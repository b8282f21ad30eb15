import LinearAlgebra

/// Principal components of a table (empirical orthogonal functions, with weights).
///
/// A row x becomes `z_j = (x_j - mean_j) factor_j`; the components are the eigenvectors of the
/// covariance of z over n - 1 [Jolliffe 2002, Principal Component Analysis, chapters 1 and 3].
package struct PrincipalComponents: Sendable {
  package let rows: Int
  /// Nil-like zeros where nothing is taken off.
  package let means: [Double]
  /// What each centred column is multiplied by: one over its deviation, times its weight.
  package let factors: [Double]
  /// Variances of all components, falling; `min(rows, columns)` of them at most.
  package let variances: [Double]
  /// The kept loadings by columns, `columns * components`: orthonormal, the largest one positive.
  package let loadings: [Double]
  package let components: Int
  package let method: Method

  package enum Method: String, Sendable, CaseIterable {
    /// Eigenvalues of the covariance.
    case covariance
    /// Singular values of the triangle of a blocked QR factorisation.
    case orthogonal
    /// Singular values of the table itself, which has more columns than rows.
    case singular
  }

  package var columns: Int { means.count }

  package var totalVariance: Double { variances.reduce(0, +) }

  /// Whether covariances determine the kept variances to ten digits: a variance that is this small
  /// beside the largest one has lost the digits in the products.
  package var isCovarianceExact: Bool {
    guard let first = variances.first, first > 0, components > 0 else { return true }
    return variances[components - 1] > Self.exactRatio * first
  }

  private static let exactRatio = 4e-6

  /// How many components hold this share of the variance.
  package static func count(_ variances: [Double], holding share: Double) -> Int {
    let total = variances.reduce(0, +)
    var sum = 0.0
    for (index, variance) in variances.enumerated() {
      sum += variance
      if sum >= share * total * (1 - 1e-12) { return index + 1 }
    }
    return variances.count
  }

  /// How many components to keep: a number, or a share of the variance.
  package enum Wish: Sendable {
    case number(Int)
    case share(Double)

    func count(_ variances: [Double]) -> Int {
      switch self {
      case .number(let number): min(number, variances.count)
      case .share(let share): PrincipalComponents.count(variances, holding: share)
      }
    }
  }

  /// What is done to the columns first.
  package struct Preparation: Sendable {
    package var scaling: Scaling
    /// Whether deviations are those of a population (n) or of a sample (n - 1).
    package var isPopulation: Bool
    /// Weight of each column; empty: none.
    package var weights: [Double]

    package init(scaling: Scaling, isPopulation: Bool = false, weights: [Double] = []) {
      self.scaling = scaling
      self.isPopulation = isPopulation
      self.weights = weights
    }

    /// Means and factors, from means and sums of squared distances to them.
    func columns(
      means: [Double], squares: [Double], rows: Int
    ) -> (means: [Double], factors: [Double]) {
      let divisor = Double(isPopulation ? rows : max(1, rows - 1))
      let factors = squares.indices.map { column in
        let deviation = (squares[column] / divisor).squareRoot()
        // A constant column says nothing; it keeps its zeros.
        let isConstant = deviation <= 1e-14 * abs(means[column])
        let scale = scaling == .standardise ? (isConstant ? 0 : 1 / deviation) : 1
        return scale * (weights.isEmpty ? 1 : weights[column])
      }
      return (scaling == .none ? means.map { _ in 0 } : means, factors)
    }
  }

  /// A model as it was written down.
  package struct Stored: Sendable {
    /// By columns, orthonormal.
    package var loadings: [Double]
    /// Of all components, falling.
    package var variances: [Double]
    package var means: [Double]
    package var factors: [Double]
    package var rows: Int

    package init(
      loadings: [Double], variances: [Double], means: [Double], factors: [Double], rows: Int
    ) {
      (self.loadings, self.variances, self.rows) = (loadings, variances, rows)
      (self.means, self.factors) = (means, factors)
    }
  }

  // MARK: Ways to compute them

  /// A model that was computed before.
  package init(stored: Stored) {
    let columns = stored.means.count
    precondition(
      columns > 0 && stored.factors.count == columns && stored.loadings.count % columns == 0,
      "as many factors as means, and whole loadings")
    rows = stored.rows
    (means, factors, variances) = (stored.means, stored.factors, stored.variances)
    loadings = stored.loadings
    components = stored.loadings.count / columns
    method = .covariance
  }

  /// From the covariance that a pass has gathered.
  package init(
    _ gathered: borrowing CovarianceAccumulator, _ preparation: Preparation, keeping wish: Wish
  ) throws(DenseError) {
    let columns = gathered.columns
    let matrix = DenseMatrix(rows: columns, columns: columns)
    gathered.covariance(into: matrix.view, isCentred: true)
    let squares = (0..<columns).map { matrix.view[$0, $0] * Double(gathered.rows - 1) }
    let prepared = preparation.columns(
      means: gathered.means, squares: squares, rows: gathered.rows)
    if preparation.scaling == .none {
      gathered.covariance(into: matrix.view, isCentred: false)
    }
    for column in 0..<columns {
      for row in 0...column {
        matrix.view[row, column] *= prepared.factors[row] * prepared.factors[column]
      }
    }
    let eigen = try SymmetricEigen(matrix.view)
    let rank = min(columns, preparation.scaling == .none ? gathered.rows : gathered.rows - 1)
    let variances = eigen.values.reversed().prefix(rank).map { max(0, $0) }
    let count = wish.count(variances)
    let vectors = eigen.vectors.view
    self.init(
      rows: gathered.rows, prepared, variances: variances,
      loadings: (0..<count).flatMap { vectors.column(columns - 1 - $0).copy(first: columns) },
      method: .covariance)
  }

  /// From the triangle of a QR factorisation of the prepared rows; with `prepared` from a first pass.
  package init(
    _ triangle: borrowing TriangularFactor, rows: Int,
    prepared: (means: [Double], factors: [Double]), keeping wish: Wish
  ) throws(DenseError) {
    try self.init(
      SingularValues(triangle.view), rows: rows, rank: triangle.order, prepared, wish,
      method: .orthogonal)
  }

  /// Of a whole table in memory, which is overwritten: best where it has more columns than rows.
  package init(
    overwriting table: MatrixView, _ preparation: Preparation, keeping wish: Wish
  ) throws(DenseError) {
    let count = Double(table.rows)
    var means: [Double] = []
    var squares: [Double] = []
    for column in 0..<table.columns {
      let numbers = table.column(column)
      let mean = exactMean(numbers)
      var square = 0.0
      var rest = 0.0
      for row in 0..<numbers.count {
        let distance = numbers[row] - mean
        square += distance * distance
        rest += distance
      }
      means.append(mean)
      squares.append(square - rest * rest / count)
    }
    let prepared = preparation.columns(means: means, squares: squares, rows: table.rows)
    Self.prepare(table, prepared)
    let isCentred = preparation.scaling != .none
    try self.init(
      SingularValues(table), rows: table.rows, rank: table.rows - (isCentred ? 1 : 0), prepared,
      wish, method: .singular)
  }

  private init(
    _ singular: consuming SingularValues, rows: Int, rank: Int,
    _ prepared: (means: [Double], factors: [Double]), _ wish: Wish, method: Method
  ) throws(DenseError) {
    let variances = singular.values.prefix(max(0, rank)).map { $0 * $0 / Double(rows - 1) }
    let right = singular.rightTransposed.view
    let loadings = (0..<wish.count(variances)).flatMap { component in
      (0..<right.columns).map { right[component, $0] }
    }
    self.init(
      rows: rows, prepared, variances: variances, loadings: loadings, method: method)
  }

  private init(
    rows: Int, _ prepared: (means: [Double], factors: [Double]), variances: [Double],
    loadings: [Double], method: Method
  ) {
    self.rows = rows
    (means, factors) = prepared
    self.variances = variances
    self.loadings = loadings
    components = means.isEmpty ? 0 : loadings.count / means.count
    self.method = method
  }

  /// Turns rows x into z, in place.
  package static func prepare(
    _ block: MatrixView, _ prepared: (means: [Double], factors: [Double])
  ) {
    for column in 0..<block.columns {
      let numbers = block.column(column)
      let (mean, factor) = (prepared.means[column], prepared.factors[column])
      for row in 0..<numbers.count { numbers[row] = (numbers[row] - mean) * factor }
    }
  }
}

/// The mean in two passes: the second takes the rounding of the first back.
func exactMean(_ numbers: MutableView<Double>) -> Double {
  let count = Double(max(1, numbers.count))
  var sum = 0.0
  for index in 0..<numbers.count { sum += numbers[index] }
  let first = sum / count
  var rest = 0.0
  for index in 0..<numbers.count { rest += numbers[index] - first }
  return first + rest / count
}
