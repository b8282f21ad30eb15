import Base
import Formats
import LinearAlgebra
import Plots

/// The four things that `dense.solve` does with a matrix.
struct DenseTask {
  private let context: KernelContext

  init(_ context: KernelContext) { self.context = context }

  // MARK: Systems

  func system(_ matrix: MatrixView) throws {
    try needSquare(matrix)
    let right = try right(rows: matrix.rows)
    let factor = try DenseLU(matrix)
    let solution = DenseMatrix(rows: matrix.rows, columns: right.columns)
    let errors = factor.solve(right.view, into: solution.view)
    let determinant = factor.logDeterminant()
    context.summary.set("method", "LU with partial pivoting, refined")
    context.summary.set("condition", 1 / factor.reciprocalCondition)
    context.summary.set("condition_norm", "1-norm, estimated")
    context.summary.set("largest_error_bound", errors.forward.max() ?? 0)
    context.summary.set("largest_backward_error", errors.backward.max() ?? 0)
    context.summary.set("log_determinant", determinant.logarithm)
    context.summary.set("determinant_sign", determinant.sign)
    if factor.reciprocalCondition < 2.3e-16 {
      context.summary.set(
        "warning", "the matrix is singular to working precision: no digit of the solution is sure")
    }
    try write(solution.view, matrix, right.view)
  }

  func leastSquares(_ matrix: MatrixView) throws {
    let right = try right(rows: matrix.rows)
    let threshold = try context.number("rank_threshold")
    let values = try SingularValues.values(of: matrix)
    let largest = values.first ?? 0
    let rank = values.filter { $0 > threshold * largest }.count
    context.summary.set("condition", largest / (values.last ?? 0))
    context.summary.set("condition_norm", "2-norm, from singular values")
    context.summary.set("rank", Double(rank))
    if rank == matrix.columns, matrix.rows >= matrix.columns {
      context.summary.set("method", "Householder QR")
      let factor = OrthogonalFactor(matrix)
      let work = DenseMatrix(right.view)
      factor.solve(work.view)
      try write(work.view.part(0..<matrix.columns, 0..<right.columns), matrix, right.view)
    } else {
      context.summary.set("method", "singular values: shortest solution")
      let fit = try LeastSquares(matrix, right.view, threshold: threshold)
      try write(fit.solution.view, matrix, right.view)
    }
  }

  /// Solutions with their residuals.
  private func write(_ x: MatrixView, _ matrix: MatrixView, _ right: MatrixView) throws {
    let residual = DenseMatrix(right)
    residual.view.setProduct(matrix, x, .init(scale: -1, keep: 1))
    var largest = 0.0
    var norms: [Double] = []
    for column in 0..<right.columns {
      let norm = Self.norm(residual.view.column(column))
      let size = Self.norm(right.column(column))
      norms.append(norm)
      largest = max(largest, size > 0 ? norm / size : norm)
    }
    context.summary.set("right_hand_sides", Double(right.columns))
    context.summary.set("largest_residual", largest)
    context.summary.set("residual_norm", "‖b - A x‖₂ / ‖b‖₂")
    try writeArray("solution.npy", x)
    let names = (0..<x.columns).map { Column("x\($0 + 1)") }
    let table = try context.tableOutput("solution.csv", names)
    for row in 0..<x.rows { try table.append((0..<x.columns).map { x[row, $0] }) }
    try table.finish()
    let norm = try context.tableOutput(
      "residuals.csv", [Column("right_hand_side"), Column("residual_norm")])
    for (index, value) in norms.enumerated() { try norm.append([Double(index + 1), value]) }
    try norm.finish()
  }

  // MARK: Spectra

  func eigenvalues(_ matrix: MatrixView) throws {
    try needSquare(matrix)
    var largest = 0.0
    var worst = (size: 0.0, row: 0, column: 0)
    for column in 0..<matrix.columns {
      for row in 0...column {
        largest = max(largest, abs(matrix[row, column]), abs(matrix[column, row]))
        let difference = abs(matrix[row, column] - matrix[column, row])
        if difference > worst.size { worst = (difference, row, column) }
      }
    }
    guard worst.size <= Self.asymmetry * largest else {
      throw KilnError(
        .taskFailed,
        "the matrix is not symmetric: elements (\(worst.row + 1), \(worst.column + 1)) and "
          + "(\(worst.column + 1), \(worst.row + 1)) differ by \(worst.size)",
        fix: "use `operation: singular_values`, or give (A + Aᵀ) / 2")
    }
    let eigen = try SymmetricEigen(matrix)
    context.summary.set("method", "LAPACK syevd")
    context.summary.set("order", "ascending")
    let sizes = eigen.values.map { abs($0) }
    context.summary.set("condition", (sizes.max() ?? 0) / (sizes.min() ?? 0))
    context.summary.set("smallest", eigen.values.first ?? .nan)
    context.summary.set("largest", eigen.values.last ?? .nan)
    // ‖A V - V Λ‖ against ‖A‖.
    let product = DenseMatrix(rows: matrix.rows, columns: matrix.columns)
    product.view.setProduct(matrix, eigen.vectors.view)
    var residual = 0.0
    for (index, value) in eigen.values.enumerated() {
      let vector = eigen.vectors.view.column(index)
      let column = product.view.column(index)
      for row in 0..<column.count { column[row] -= value * vector[row] }
      residual = max(residual, Self.norm(column))
    }
    let size = sizes.max() ?? 0
    context.summary.set("largest_residual", size > 0 ? residual / size : residual)
    context.summary.set("residual_norm", "‖A v - λ v‖₂ / ‖A‖₂")
    try writeValues(eigen.values, "eigenvalue")
    if try context.flag("vectors") { try writeArray("vectors.npy", eigen.vectors.view) }
  }

  func singularValues(_ matrix: MatrixView) throws {
    let threshold = try context.number("rank_threshold")
    context.summary.set("method", "LAPACK gesdd")
    context.summary.set("order", "falling")
    var values: [Double] = []
    if try context.flag("vectors") {
      let parts = try SingularValues(matrix)
      values = parts.values
      let rank = parts.values.count
      let right = DenseMatrix(rows: matrix.columns, columns: rank)
      for row in 0..<matrix.columns {
        for column in 0..<rank { right.view[row, column] = parts.rightTransposed.view[column, row] }
      }
      let product = DenseMatrix(rows: matrix.rows, columns: rank)
      product.view.setProduct(matrix, right.view)
      var residual = 0.0
      for (index, value) in values.enumerated() {
        let vector = parts.left.view.column(index)
        let column = product.view.column(index)
        for row in 0..<column.count { column[row] -= value * vector[row] }
        residual = max(residual, Self.norm(column))
      }
      let size = values.first ?? 0
      context.summary.set("largest_residual", size > 0 ? residual / size : residual)
      context.summary.set("residual_norm", "‖A v - σ u‖₂ / ‖A‖₂")
      try writeArray("vectors.npy", right.view)
      try writeArray("left.npy", parts.left.view)
    } else {
      values = try SingularValues.values(of: matrix)
    }
    let largest = values.first ?? 0
    context.summary.set("condition", largest / (values.last ?? 0))
    context.summary.set("condition_norm", "2-norm")
    context.summary.set("rank", Double(values.filter { $0 > threshold * largest }.count))
    context.summary.set("smallest", values.last ?? .nan)
    context.summary.set("largest", largest)
    try writeValues(values, "singular_value")
  }

  private func writeValues(_ values: [Double], _ name: String) throws {
    let table = try context.tableOutput("values.csv", [Column("number"), Column(name)])
    for (index, value) in values.enumerated() { try table.append([Double(index + 1), value]) }
    try table.finish()
    try context.arrayOutput("values.npy", values, shape: [values.count])
    let isPositive = values.allSatisfy { $0 > 0 }
    let words = name == "eigenvalue" ? "eigenvalue" : "singular value"
    try context.figure(
      "values.svg",
      Figure(
        "Spectrum", subtitle: "\(values.count) \(words)s",
        panels: [
          Panel(
            x: Axis("number"), y: Axis(words, isPositive ? .logarithmic : .linear),
            series: [
              .points("", x: values.indices.map { Double($0 + 1) }, y: values)
            ])
        ]))
  }

  // MARK: Shared

  /// Relative difference of elements that must be equal.
  private static let asymmetry = 1e-10

  private func needSquare(_ matrix: MatrixView) throws {
    guard matrix.rows != matrix.columns else { return }
    throw KilnError(
      .taskFailed, "the matrix is not square: \(matrix.rows) rows, \(matrix.columns) columns",
      fix: "use `operation: least_squares` or `singular_values`; a CSV without a row of names may "
        + "have lost its first row")
  }

  private func right(rows: Int) throws -> DenseMatrix {
    guard try context.inputIfPresent("right") != nil else {
      throw KilnError(
        .taskFailed, "the operation needs right-hand sides",
        fix: "add an input `right` with one column for each")
    }
    let right = try DenseInput.matrix("right", context)
    guard right.rows == rows else {
      throw KilnError(
        .taskFailed,
        "the right-hand sides have \(right.rows) rows, the matrix has \(rows)")
    }
    return right
  }

  private func writeArray(_ name: String, _ matrix: MatrixView) throws {
    var rows: [Double] = []
    rows.reserveCapacity(matrix.rows * matrix.columns)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { rows.append(matrix[row, column]) }
    }
    try context.arrayOutput(name, rows, shape: [matrix.rows, matrix.columns])
  }

  private static func norm(_ vector: MutableView<Double>) -> Double {
    var sum = 0.0
    for index in 0..<vector.count { sum += vector[index] * vector[index] }
    return sum.squareRoot()
  }
}
