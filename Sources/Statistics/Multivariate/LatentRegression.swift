import Base
import LinearAlgebra

/// A calibration by partial least squares in the units of the table, with its errors.
package struct LatentRegression: Sendable {
  package struct Options: Sendable {
    package var algorithm = PartialLeastSquares.Algorithm.kernel
    package var componentsMax = 10
    package var scaling = Scaling.centre
    package var responseScaling = Scaling.centre
    package var validation = Validation.leaveOneOut

    package init() {}
  }

  /// How rows are left out to try predictions on them.
  package enum Validation: Sendable, Hashable {
    case none
    case leaveOneOut
    /// Neighbouring rows together.
    case consecutive(Int)
    /// Every k-th row together (venetian blinds).
    case interleaved(Int)
    /// Shuffled with this seed.
    case random(Int, seed: UInt64)

    /// The segment of each row; empty without validation.
    package func segments(_ rows: Int) -> [Int] {
      switch self {
      case .none: return []
      case .leaveOneOut: return Array(0..<rows)
      case .consecutive(let count): return (0..<rows).map { $0 * min(count, rows) / rows }
      case .interleaved(let count): return (0..<rows).map { $0 % min(count, rows) }
      case .random(let count, let seed):
        var random = SplitMix64(seed: seed)
        var order = Array(0..<rows)
        order.shuffle(using: &random)
        var segments = [Int](repeating: 0, count: rows)
        for (place, row) in order.enumerated() { segments[row] = place % min(count, rows) }
        return segments
      }
    }
  }

  package let model: PartialLeastSquares
  package let means: [Double]
  package let factors: [Double]
  package let responseMeans: [Double]
  package let responseFactors: [Double]
  package let rows: Int

  /// - Parameters:
  ///   - x: predictors in the table's units; only read.
  ///   - y: responses; only read.
  package init(_ x: MatrixView, _ y: MatrixView, _ options: Options) throws(DenseError) {
    let preparedX = DenseMatrix(x)
    let preparedY = DenseMatrix(y)
    (means, factors) = Self.columns(x, options.scaling)
    (responseMeans, responseFactors) = Self.columns(y, options.responseScaling)
    PrincipalComponents.prepare(preparedX.view, (means, factors))
    PrincipalComponents.prepare(preparedY.view, (responseMeans, responseFactors))
    model = try PartialLeastSquares(
      preparedX.view, preparedY.view, components: options.componentsMax, options.algorithm)
    rows = x.rows
  }

  private static func columns(
    _ table: MatrixView, _ scaling: Scaling
  ) -> (means: [Double], factors: [Double]) {
    var means: [Double] = []
    var squares: [Double] = []
    for index in 0..<table.columns {
      let numbers = table.column(index)
      means.append(exactMean(numbers))
      var square = 0.0
      for row in 0..<numbers.count {
        let distance = numbers[row] - means[index]
        square += distance * distance
      }
      squares.append(square)
    }
    return PrincipalComponents.Preparation(scaling: scaling)
      .columns(means: means, squares: squares, rows: table.rows)
  }

  /// Coefficients in the table's units, `predictors * responses`, and the constant of each response.
  package func equation(_ components: Int) -> (coefficients: [Double], constants: [Double]) {
    var coefficients = model.coefficients(components)
    var constants = responseMeans
    for response in 0..<model.responses {
      let unit = responseFactors[response]
      for column in 0..<model.predictors {
        let index = response * model.predictors + column
        coefficients[index] *= unit == 0 ? 0 : factors[column] / unit
        constants[response] -= coefficients[index] * means[column]
      }
    }
    return (coefficients, constants)
  }

  /// Predictions of rows with the first `components` components, `rows * responses` by columns.
  package func predict(_ x: MatrixView, _ components: Int) -> [Double] {
    let (coefficients, constants) = equation(components)
    let factor = DenseMatrix(rows: model.predictors, columns: model.responses, coefficients)
    // Taken from the means, so that large means cost no digits.
    let centred = DenseMatrix(x)
    PrincipalComponents.prepare(centred.view, (means, means.map { _ in 1 }))
    let result = DenseMatrix(rows: x.rows, columns: model.responses)
    result.view.setProduct(centred.view, factor.view)
    for response in 0..<model.responses {
      var constant = constants[response]
      for column in 0..<model.predictors {
        constant += coefficients[response * model.predictors + column] * means[column]
      }
      let numbers = result.view.column(response)
      for row in 0..<numbers.count { numbers[row] += constant }
    }
    return result.view.elements()
  }
}

/// Errors of a calibration by the number of components, 0 (the mean) first.
package struct CalibrationErrors: Sendable {
  /// Root mean square error of the rows that the model was made of, over n: `[response][components]`.
  package var calibration: [[Double]]
  /// The same of rows that were left out; empty without validation.
  package var validation: [[Double]]
  /// Predictions of rows left out: `[components][response * rows + row]`; empty without validation.
  package var leftOut: [[Double]]

  /// One less the ratio of squared errors to those of the mean, of rows left out (Q²).
  package func predictivity(_ response: Int, _ components: Int) -> Double {
    guard let errors = validation.indices.contains(response) ? validation[response] : nil,
      components < errors.count, errors[0] > 0
    else { return .nan }
    return 1 - errors[components] * errors[components] / (errors[0] * errors[0])
  }

  /// The number of components with the smallest sum of relative errors of rows left out.
  package var best: Int {
    guard let count = validation.first?.count else { return (calibration.first?.count ?? 1) - 1 }
    let sums = (0..<count).map { components in
      validation.reduce(0) { $0 + ($1[0] > 0 ? $1[components] / $1[0] : 0) }
    }
    return sums.indices.min { sums[$0] < sums[$1] } ?? 0
  }

  /// - Parameter isCancelled: asked before each segment; the errors are incomplete once it says yes.
  package init(
    _ regression: LatentRegression, _ x: MatrixView, _ y: MatrixView,
    _ options: LatentRegression.Options, isCancelled: () -> Bool = { false }
  ) throws(DenseError) {
    let counts = 0...regression.model.components
    calibration = Self.errors(counts.map { regression.predict(x, $0) }, y)
    (validation, leftOut) = ([], [])
    let segments = options.validation.segments(x.rows)
    guard let last = segments.max(), last > 0 else { return }
    var made = counts.upperBound
    leftOut = counts.map { _ in [Double](repeating: .nan, count: x.rows * y.columns) }
    for segment in 0...last {
      if isCancelled() { return }
      let inside = segments.indices.filter { segments[$0] != segment }
      let outside = segments.indices.filter { segments[$0] == segment }
      let insideX = Self.rows(x, inside)
      let insideY = Self.rows(y, inside)
      let part = try LatentRegression(insideX.view, insideY.view, options)
      made = min(made, part.model.components)
      let tried = Self.rows(x, outside)
      for components in 0...made {
        let predicted = part.predict(tried.view, components)
        for response in 0..<y.columns {
          for (place, row) in outside.enumerated() {
            leftOut[components][response * x.rows + row] =
              predicted[response * outside.count + place]
          }
        }
      }
    }
    leftOut = Array(leftOut.prefix(made + 1))
    validation = Self.errors(leftOut, y)
  }

  static func rows(_ matrix: MatrixView, _ chosen: [Int]) -> DenseMatrix {
    let result = DenseMatrix(rows: chosen.count, columns: matrix.columns)
    for column in 0..<matrix.columns {
      let (to, from) = (result.view.column(column), matrix.column(column))
      for (place, row) in chosen.enumerated() { to[place] = from[row] }
    }
    return result
  }

  private static func errors(_ predictions: [[Double]], _ y: MatrixView) -> [[Double]] {
    (0..<y.columns).map { response in
      let numbers = y.column(response)
      return predictions.map { predicted in
        var sum = 0.0
        for row in 0..<y.rows {
          let error = predicted[response * y.rows + row] - numbers[row]
          sum += error * error
        }
        return (sum / Double(y.rows)).squareRoot()
      }
    }
  }
}
