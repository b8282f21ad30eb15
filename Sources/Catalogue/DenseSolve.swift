import Base
import JobModel

extension KernelDeclaration {
  /// Dense linear algebra for those who bring matrices.
  package static let denseSolve = KernelDeclaration(
    name: "dense.solve",
    summary:
      "Linear systems, least squares, symmetric eigenvalues and singular values of a matrix.",
    discussion: """
      Reads a matrix from NPY or CSV (one line per row, no row of names needed for NPY) and, for \
      systems, right-hand sides as columns of a second file.

      `system` factorises by LU with partial pivoting, estimates the condition number and refines each \
      solution; the summary has its backward error and a bound on its relative error. \
      `least_squares` uses orthogonal reflections, or singular values where the columns are dependent \
      (then the shortest solution). `eigenvalues` is for symmetric matrices, `singular_values` for \
      all. Signs follow a rule: the largest component of each (right) vector is positive.

      The whole matrix is held in memory; sparse systems of finite elements belong to `fe.solve`.
      """,
    parameters: [
      ParameterDeclaration(
        "operation", .choice(["system", "least_squares", "eigenvalues", "singular_values"]),
        "What is computed."),
      ParameterDeclaration(
        "rank_threshold", .number(0...1),
        "Singular values below this part of the largest count as zero.", default: .number(1e-13)),
      ParameterDeclaration(
        "vectors", .flag, "Whether eigenvectors or singular vectors are written.",
        default: .flag(true)),
    ],
    inputs: [
      InputDeclaration("matrix", "The matrix: NPY of two dimensions, or CSV."),
      InputDeclaration(
        "right", "Right-hand sides, one per column, for `system` and `least_squares`.",
        isRequired: false),
    ],
    outputs: [
      OutputDeclaration("solution.npy", "Solutions, one per column of the right-hand sides."),
      OutputDeclaration("solution.csv", "The same as a table."),
      OutputDeclaration("residuals.csv", "Norm of each residual."),
      OutputDeclaration("values.csv", "Eigenvalues ascending, or singular values falling."),
      OutputDeclaration("values.npy", "The same for programs."),
      OutputDeclaration("vectors.npy", "Eigenvectors or right singular vectors, one per column."),
      OutputDeclaration("left.npy", "Left singular vectors, one per column."),
      OutputDeclaration("values.svg", "The spectrum."),
      OutputDeclaration("summary.json", "Sizes, condition, residuals, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("rows", "Of the matrix."),
      ScalarDeclaration("columns", "Of the matrix."),
      ScalarDeclaration("condition", "Condition number."),
      ScalarDeclaration("largest_residual", "Largest relative residual."),
      ScalarDeclaration("seconds", unit: "s", "Seconds of the kernel."),
    ],
    example: """
      name: natural modes of a chain of atoms
      kernel: dense.solve
      inputs: {matrix: ../../models/lattice/stiffness.csv}
      parameters: {operation: eigenvalues}
      """,
    estimate: { facts in
      let bytes = Double(facts.inputSizes["matrix"]?.bytes ?? 0)
      // Of a square matrix of doubles.
      let order = (bytes / 8).squareRoot()
      return Estimate(
        seconds: Seconds(0.1 + DenseCost.operations * order * order * order / DenseCost.speed),
        memory: ByteCount(Int64(DenseCost.memory + DenseCost.copies * bytes)))
    })
}

/// Singular values with vectors, the dearest of the four, on one core.
private enum DenseCost {
  static let operations = 22.0
  static let speed = 30e9
  static let memory = 80e6
  static let copies = 6.0
}
