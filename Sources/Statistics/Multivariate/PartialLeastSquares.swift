import LinearAlgebra

/// Regression of one or several responses on many, possibly collinear, columns through few components of
/// them: partial least squares, or principal components.
///
/// All numbers are of the prepared table: columns and responses centred, on request divided by their
/// deviations. Matrices lie by columns.
package struct PartialLeastSquares: Sendable {
  package enum Algorithm: String, Sendable, CaseIterable {
    /// Kernel algorithm number 1 [Dayal, MacGregor 1997, J. Chemometrics 11]: NIPALS' model exactly.
    case kernel
    /// Covariance of scores and responses maximised directly [de Jong 1993, Chemometrics and
    /// Intelligent Laboratory Systems 18]; equal to NIPALS for one response.
    case simpls
    /// Principal component regression: the components of largest variance, whatever the responses are
    /// [Jolliffe 2002, Principal Component Analysis, chapter 8].
    case principal
  }

  package let predictors: Int
  package let responses: Int
  package let components: Int
  /// Weights that make scores of the deflated table, normed; `predictors * components`.
  package let weights: [Double]
  /// Weights that make scores of the table itself.
  package let rotations: [Double]
  package let loadings: [Double]
  /// `responses * components`.
  package let responseLoadings: [Double]
  /// `rows * components`.
  package let scores: [Double]
  /// t't of each component.
  package let scoreSquares: [Double]

  /// - Parameters:
  ///   - x: prepared predictors; only read.
  ///   - y: prepared responses; only read.
  ///   - components: as many as wished; fewer are made when nothing is left to explain.
  package init(
    _ x: MatrixView, _ y: MatrixView, components: Int, _ algorithm: Algorithm
  ) throws(DenseError) {
    precondition(x.rows == y.rows, "predictors and responses have one length")
    var work = PartialLeastSquaresWork(x, y, components: min(components, x.columns, x.rows))
    switch algorithm {
    case .kernel: try work.kernel()
    case .simpls: try work.simpls()
    case .principal: try work.principal()
    }
    (predictors, responses, self.components) = (x.columns, y.columns, work.made)
    let made = work.made
    weights = work.weights.view.part(0..<x.columns, 0..<made).elements()
    rotations = work.rotations.view.part(0..<x.columns, 0..<made).elements()
    loadings = work.loadings.view.part(0..<x.columns, 0..<made).elements()
    responseLoadings = work.responseLoadings.view.part(0..<y.columns, 0..<made).elements()
    scores = work.scores.view.part(0..<x.rows, 0..<made).elements()
    scoreSquares = Array(work.scoreSquares.prefix(made))
  }

  /// Coefficients of the prepared columns with the first `count` components: `predictors * responses`.
  package func coefficients(_ count: Int) -> [Double] {
    let count = min(count, components)
    var result = [Double](repeating: 0, count: predictors * responses)
    for component in 0..<count {
      for response in 0..<responses {
        let loading = responseLoadings[component * responses + response]
        for column in 0..<predictors {
          result[response * predictors + column] +=
            rotations[component * predictors + column] * loading
        }
      }
    }
    return result
  }

  /// Importance of each column in the projection: its mean square is one
  /// [Wold, Sjöström, Eriksson 2001, Chemometrics and Intelligent Laboratory Systems 58].
  package func importance(_ count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: predictors)
    var total = 0.0
    for component in 0..<min(count, components) {
      var explained = 0.0
      for response in 0..<responses {
        let loading = responseLoadings[component * responses + response]
        explained += loading * loading * scoreSquares[component]
      }
      total += explained
      for column in 0..<predictors {
        let weight = weights[component * predictors + column]
        result[column] += explained * weight * weight
      }
    }
    guard total > 0 else { return result }
    return result.map { (Double(predictors) * $0 / total).squareRoot() }
  }
}

/// The growing matrices of a fit.
private struct PartialLeastSquaresWork: ~Copyable {
  let x: MatrixView
  let y: MatrixView
  let wanted: Int
  let weights: DenseMatrix
  let rotations: DenseMatrix
  let loadings: DenseMatrix
  let responseLoadings: DenseMatrix
  let scores: DenseMatrix
  var scoreSquares: [Double] = []
  var made = 0
  /// X'Y, deflated.
  private let cross: DenseMatrix

  init(_ x: MatrixView, _ y: MatrixView, components: Int) {
    (self.x, self.y, wanted) = (x, y, components)
    weights = DenseMatrix(rows: x.columns, columns: components)
    rotations = DenseMatrix(rows: x.columns, columns: components)
    loadings = DenseMatrix(rows: x.columns, columns: components)
    responseLoadings = DenseMatrix(rows: y.columns, columns: components)
    scores = DenseMatrix(rows: x.rows, columns: components)
    cross = DenseMatrix(rows: x.columns, columns: y.columns)
    cross.view.setProduct(x, y, .init(leftTransposed: true))
  }

  /// Covariances this much below the first ones are rounding.
  private static let rounding = 1e-14
  /// Rows that are eliminated at a time.
  private static let blockRows = 1024

  mutating func kernel() throws(DenseError) {
    let first = norm(cross.view)
    while made < wanted {
      let (w, r, t) = (
        weights.view.column(made), rotations.view.column(made), scores.view.column(made)
      )
      guard try direction(into: w), norm(cross.view) > Self.rounding * first else { return }
      for index in 0..<w.count { r[index] = w[index] }
      for earlier in 0..<made {
        add(-dot(loadings.view.column(earlier), w), rotations.view.column(earlier), to: r)
      }
      x.multiply(r, into: t)
      let square = dot(t, t)
      guard square > 0 else { return }
      let (p, q) = (loadings.view.column(made), responseLoadings.view.column(made))
      x.multiply(t, into: p, transposed: true)
      scale(p, 1 / square)
      cross.view.multiply(r, into: q, transposed: true)
      scale(q, 1 / square)
      for response in 0..<y.columns {
        add(-square * q[response], p, to: cross.view.column(response))
      }
      scoreSquares.append(square)
      made += 1
    }
  }

  mutating func simpls() throws(DenseError) {
    let basis = DenseMatrix(rows: x.columns, columns: wanted)
    let first = norm(cross.view)
    while made < wanted {
      let (w, r, t) = (
        weights.view.column(made), rotations.view.column(made), scores.view.column(made)
      )
      guard try direction(into: w), norm(cross.view) > Self.rounding * first else { return }
      for index in 0..<w.count { r[index] = w[index] }
      x.multiply(r, into: t)
      let mean = exactMean(t)
      for row in 0..<t.count { t[row] -= mean }
      let length = dot(t, t).squareRoot()
      guard length > 0 else { return }
      scale(t, 1 / length)
      scale(r, 1 / length)
      let (p, q, v) = (
        loadings.view.column(made), responseLoadings.view.column(made), basis.view.column(made)
      )
      x.multiply(t, into: p, transposed: true)
      y.multiply(t, into: q, transposed: true)
      for index in 0..<v.count { v[index] = p[index] }
      // Twice is enough [Parlett 1980, The Symmetric Eigenvalue Problem, section 6.9].
      for _ in 0..<2 {
        for earlier in 0..<made {
          let u = basis.view.column(earlier)
          add(-dot(u, v), u, to: v)
        }
      }
      scale(v, 1 / dot(v, v).squareRoot())
      for response in 0..<y.columns {
        let column = cross.view.column(response)
        add(-dot(v, column), v, to: column)
      }
      scoreSquares.append(1)
      made += 1
    }
  }

  mutating func principal() throws(DenseError) {
    let triangle = TriangularFactor(order: x.columns)
    let isTall = x.rows > 2 * x.columns
    if isTall { eliminate(into: triangle) }
    let singular = try SingularValues(isTall ? triangle.view : x)
    let first = singular.values.first ?? 0
    while made < wanted, singular.values[made] > Self.rounding * first {
      let (r, t) = (rotations.view.column(made), scores.view.column(made))
      for column in 0..<r.count { r[column] = singular.rightTransposed.view[made, column] }
      // The directions are orthonormal: weights, rotations and loadings are one.
      weights.view.part(0..<r.count, made..<made + 1)
        .copy(rotations.view.part(0..<r.count, made..<made + 1))
      loadings.view.part(0..<r.count, made..<made + 1)
        .copy(rotations.view.part(0..<r.count, made..<made + 1))
      x.multiply(r, into: t)
      let square = dot(t, t)
      let q = responseLoadings.view.column(made)
      y.multiply(t, into: q, transposed: true)
      scale(q, 1 / square)
      scoreSquares.append(square)
      made += 1
    }
  }

  /// Makes R of the predictors, which has their singular values and right vectors.
  private func eliminate(into triangle: borrowing TriangularFactor) {
    for start in stride(from: 0, to: x.rows, by: Self.blockRows) {
      let block = DenseMatrix(x.part(start..<min(start + Self.blockRows, x.rows), 0..<x.columns))
      triangle.eliminate(block.view)
    }
  }

  /// The direction of largest covariance with the responses, normed; false where nothing is left.
  private func direction(into w: MutableView<Double>) throws(DenseError) -> Bool {
    let responses = y.columns
    if responses == 1 {
      let column = cross.view.column(0)
      for index in 0..<w.count { w[index] = column[index] }
    } else {
      let gram = DenseMatrix(rows: responses, columns: responses)
      gram.view.addGram(cross.view)
      let eigen = try SymmetricEigen(gram.view)
      cross.view.multiply(eigen.vectors.view.column(responses - 1), into: w)
    }
    let length = dot(w, w).squareRoot()
    guard length > 0 else { return false }
    scale(w, 1 / length)
    return true
  }

  private func norm(_ matrix: MatrixView) -> Double {
    (0..<matrix.columns).reduce(0) { $0 + dot(matrix.column($1), matrix.column($1)) }.squareRoot()
  }
}

private func dot(_ a: MutableView<Double>, _ b: MutableView<Double>) -> Double {
  var sum = 0.0
  for index in 0..<min(a.count, b.count) { sum += a[index] * b[index] }
  return sum
}

private func add(_ factor: Double, _ a: MutableView<Double>, to b: MutableView<Double>) {
  for index in 0..<b.count { b[index] += factor * a[index] }
}

private func scale(_ a: MutableView<Double>, _ factor: Double) {
  for index in 0..<a.count { a[index] *= factor }
}
