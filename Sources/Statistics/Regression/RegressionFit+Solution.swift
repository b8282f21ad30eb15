import LinearAlgebra

extension RegressionAccumulator {
  /// Singular values of the scaled terms below this part of the largest count as zero.
  private static let rankThreshold = 1e-13

  /// Solves what has been taken in.
  ///
  /// - Returns: nil without any row.
  package mutating func solve() throws(DenseError) -> RegressionFit? {
    finish()
    guard let basis, count > 0 else { return nil }
    let terms = model.terms.count
    let upper = DenseMatrix(triangle.part(0..<terms, 0..<terms))
    let right = DenseMatrix(triangle.part(0..<terms, terms..<(terms + 1)))
    for column in 0..<terms {
      for row in (column + 1)..<max(terms, column + 1) { upper.view[row, column] = 0 }
    }
    let system = try ScaledTriangle(upper.view, threshold: Self.rankThreshold)
    let solution = system.solve(right.view.column(0))
    let last = triangle[terms, terms]
    // What a deficient triangle cannot reach of the right-hand side belongs to the residual.
    let residual = last * last + system.unreached(right.view.column(0), solution, upper.view)
    let first = model.hasIntercept ? 1 : 0
    var total = last * last
    for row in first..<max(terms, first) { total += right.view[row, 0] * right.view[row, 0] }
    var fit = RegressionFit(
      basis: basis, count: count, rank: system.rank, condition: system.condition,
      relations: system.relations, coefficients: [], standardErrors: [], covariance: [],
      varianceInflation: Self.inflation(
        upper.view, system.inverseRoot.view, basis, system.relations),
      residualSum: residual, totalSum: total, logWeights: logWeights,
      basisCoefficients: solution.map { DoubleDouble($0) },
      rootOfInverse: system.inverseRoot.view.elements(), triangle: upper.view.elements(),
      responseMoments: triangle.column(terms).copy(first: terms + 1))
    fit.update()
    return fit
  }

  /// Part of the largest, in lengths of the terms, below which a term has no share in a relation.
  private static let relationThreshold = 1e-6

  /// Variances of the coefficients over those of uncorrelated terms; infinite for dependent terms.
  private static func inflation(
    _ upper: MatrixView, _ root: MatrixView, _ basis: RegressionBasis,
    _ relations: [[(term: Int, factor: Double)]]
  ) -> [Double] {
    let terms = upper.columns
    let toRaw = basis.toRaw()
    let toBasis = basis.toBasis()
    let first = basis.model.hasIntercept ? 1 : 0
    var lengths = [Double](repeating: 0, count: terms)
    var inflation = (0..<terms).map { term -> Double in
      guard term >= first else { return .nan }
      // Sum of squares of the table's own term, about its mean with an intercept.
      var squares = 0.0
      for row in first..<terms {
        var sum = 0.0
        for column in row..<terms { sum += upper[row, column] * toBasis[term][column].value }
        squares += sum * sum
      }
      lengths[term] = squares.squareRoot()
      var inverse = 0.0
      for column in 0..<root.columns {
        let sum = (0..<terms).reduce(0.0) { $0 + toRaw[$1][term].value * root[$1, column] }
        inverse += sum * sum
      }
      return squares * inverse
    }
    for relation in relations {
      // The relation among the table's own terms.
      let shares = (0..<terms).map { raw in
        abs(relation.reduce(0.0) { $0 + $1.factor * toRaw[$1.term][raw].value }) * lengths[raw]
      }
      let limit = relationThreshold * (shares.max() ?? 0)
      // A constant column has no length about the mean, but is in the relation of the basis.
      let members = Set(relation.map(\.term))
      for term in first..<max(first, terms) where shares[term] > limit || members.contains(term) {
        inflation[term] = .infinity
      }
    }
    return inflation
  }
}

extension RegressionFit {
  /// The same rows with other coefficients of the table's own terms, as a penalty gives them; what
  /// belongs to least squares (errors, sums) stays.
  package func replacing(coefficients: [Double]) -> RegressionFit {
    var other = self
    other.coefficients = coefficients
    let toBasis = basis.toBasis()
    let centred = coefficients.enumerated().map { index, coefficient in
      DoubleDouble.sum(
        coefficient, model.terms[index].isIntercept ? -basis.responseShift : 0)
    }
    other.basisCoefficients = centred.indices.map { term in
      centred.indices.reduce(DoubleDouble(0)) { $0 + toBasis[$1][term] * centred[$1] }
    }
    return other
  }

  /// Coefficients, covariance and errors of the table's own terms from those in the basis.
  mutating func update() {
    let terms = model.terms.count
    let toRaw = basis.toRaw()
    coefficients = (0..<terms).map { raw in
      let start = DoubleDouble(model.terms[raw].isIntercept ? basis.responseShift : 0)
      return (0..<terms).reduce(start) { $0 + toRaw[$1][raw] * basisCoefficients[$1] }.value
    }
    var root = [Double](repeating: 0, count: terms * rank)
    for column in 0..<rank {
      for raw in 0..<terms {
        var sum = DoubleDouble(0)
        for term in 0..<terms where toRaw[term][raw].high != 0 {
          sum = sum + toRaw[term][raw] * DoubleDouble(rootOfInverse[column * terms + term])
        }
        root[column * terms + raw] = sum.value
      }
    }
    let matrix = DenseMatrix(rows: terms, columns: rank, root)
    let product = DenseMatrix(rows: terms, columns: terms)
    let variance = degrees > 0 ? residualSum / Double(degrees) : .nan
    product.view.setProduct(
      matrix.view, matrix.view, .init(rightTransposed: true, scale: variance))
    covariance = product.view.elements()
    standardErrors = (0..<terms).map { covariance[$0 * terms + $0].squareRoot() }
  }
}

/// A triangle with columns of unit length: by back substitution, or by singular values where it is deficient.
struct ScaledTriangle: ~Copyable {
  let rank: Int
  let condition: Double
  let relations: [[(term: Int, factor: Double)]]
  /// W with W Wᵀ the (pseudo-)inverse of RᵀR.
  let inverseRoot: DenseMatrix
  private let isDeficient: Bool

  init(_ upper: MatrixView, threshold: Double) throws(DenseError) {
    let terms = upper.columns
    let scaled = DenseMatrix(upper)
    var lengths = [Double](repeating: 1, count: terms)
    for column in 0..<terms {
      let length = (0...column).reduce(0.0) { $0 + upper[$1, column] * upper[$1, column] }
        .squareRoot()
      if length > 0 { lengths[column] = length }
      for row in 0...column { scaled.view[row, column] /= lengths[column] }
    }
    let parts = try SingularValues(scaled.view)
    let largest = parts.values.first ?? 0
    let kept = parts.values.filter { $0 > threshold * largest }.count
    rank = kept
    condition = largest / (parts.values.last ?? 0)
    isDeficient = kept < terms
    inverseRoot = DenseMatrix(rows: terms, columns: kept)
    let root = inverseRoot.view
    if kept == terms {
      // W = R⁻¹.
      for index in 0..<terms { root[index, index] = 1 }
      upper.solveUpper(root)
    } else {
      for column in 0..<kept {
        for row in 0..<terms {
          root[row, column] =
            parts.rightTransposed.view[column, row] / parts.values[column] / lengths[row]
        }
      }
    }
    relations = (kept..<terms).map { index in
      let vector = (0..<terms).map { parts.rightTransposed.view[index, $0] / lengths[$0] }
      let size = (0..<terms).map { abs(parts.rightTransposed.view[index, $0]) }
      let greatest = size.max() ?? 1
      let leader = size.firstIndex(of: greatest) ?? 0
      return (0..<terms).filter { size[$0] > 1e-6 * greatest }
        .map { ($0, vector[$0] / vector[leader]) }
    }
    left = DenseMatrix(parts.left.view.part(0..<terms, 0..<kept))
  }

  private let left: DenseMatrix

  /// The solution of R x = c, shortest in the scaled terms where R is deficient.
  func solve(_ c: MutableView<Double>) -> [Double] {
    let terms = inverseRoot.rows
    let result = DenseMatrix(rows: terms, columns: 1)
    if isDeficient {
      let part = DenseMatrix(rows: rank, columns: 1)
      left.view.multiply(c, into: part.view.column(0), transposed: true)
      inverseRoot.view.multiply(part.view.column(0), into: result.view.column(0))
    } else {
      inverseRoot.view.multiply(c, into: result.view.column(0))
    }
    return result.view.elements()
  }

  /// Squared norm of `c - R x`; zero for full rank.
  func unreached(
    _ c: MutableView<Double>, _ x: [Double], _ upper: MatrixView
  ) -> Double {
    guard isDeficient else { return 0 }
    return (0..<c.count).reduce(0.0) { sum, row in
      let left = (row..<c.count).reduce(c[row]) { $0 - upper[row, $1] * x[$1] }
      return sum + left * left
    }
  }
}
