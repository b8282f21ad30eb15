import Base
import JobModel

extension KernelDeclaration {
  /// Nonlinear regression with a formula of the user's own.
  package static let dataFit = KernelDeclaration(
    name: "data.fit",
    summary:
      "Fits a formula of your own to a table: Levenberg-Marquardt with exact derivatives, in bulk.",
    discussion: """
      `model` is a formula of columns and parameters: `b1*(1 - exp(-b2*x))`. Names that are columns of \
      the table are variables; all others are parameters and need a start. Derivatives are exact. With \
      `group` each value of a column is fitted for itself: plates, batches, sensors.

      Starts may refer to the data: `top = max(y), ec50 = geomean(x), hill = 1` with min, max, mean, \
      median, geomean, first and last of a column. With `starts` above 1 more starts are drawn from \
      the ranges of `search` (a Latin hypercube from `seed`), and the best end is kept.

      A fit that does not converge returns its last point, its history and the reason; a group with \
      fewer rows than parameters is reported so, and the others are fitted. Standard errors \
      come from the linearised model: they hold where the curve is nearly straight within them.

      Operators + - * / ^ (or **), functions exp, log (natural), log10, log2, sqrt, cbrt, sin, cos, \
      tan, asin, acos, atan, sinh, cosh, tanh, abs, erf, erfc, expm1, log1p, step, min, max, pow; the \
      constant pi. Names with other characters than letters, digits, `_` and `.` stand in quotes.
      """,
    parameters: [
      ParameterDeclaration("model", .text, "Formula of columns and parameters."),
      ParameterDeclaration(
        "response", .text, "Column that is fitted, or a formula of columns such as `log(y)`."),
      ParameterDeclaration(
        "start", .text, "Start of each parameter: `b1 = 500, b2 = 1e-4`."),
      ParameterDeclaration(
        "bounds", .text,
        "Limits of parameters, within which they start: `b1 = 0 .. 10, b2 = 0 ..`; empty: none.",
        default: .text("")),
      ParameterDeclaration(
        "group", .text, "Column whose values are fitted separately; empty: one fit.",
        default: .text("")),
      ParameterDeclaration(
        "sigma", .text, "Column of standard deviations of the response; empty: all equal.",
        default: .text("")),
      ParameterDeclaration(
        "sigma_is", .choice(["relative", "absolute"]),
        "Whether `sigma` is known up to a factor, which the residuals give, or absolutely.",
        default: .text("relative")),
      ParameterDeclaration(
        "missing", .choice(["fail", "drop"]),
        "Rows with an empty cell or NaN: an error, or left out and counted.",
        default: .text("fail")),
      ParameterDeclaration(
        "starts", .integer(1...10_000), "How many starts: the given one and others from `search`.",
        default: .number(1)),
      ParameterDeclaration(
        "search", .text, "Ranges of further starts: `b1 = 1 .. 1000`; empty: the `bounds`.",
        default: .text("")),
      ParameterDeclaration(
        "seed", .integer(0...1_000_000_000), "Of the further starts.", default: .number(1)),
      ParameterDeclaration(
        "tolerance", .number(1e-15...1e-2),
        "Relative change of sum of squares and parameters at which a fit ends.",
        default: .number(1e-14)),
      ParameterDeclaration(
        "iterations", .integer(1...100_000), "At most, for each start.", default: .number(500)),
      ParameterDeclaration(
        "confidence", .number(0.5...0.9999), "Of the confidence intervals.",
        default: .number(0.95)),
    ],
    inputs: [InputDeclaration("table", "The table: CSV, TSV or NPY, one row per observation.")],
    outputs: [
      OutputDeclaration("parameters.csv", "Parameters of each group with errors and limits."),
      OutputDeclaration(
        "parameters.npy", "Parameters, then standard errors: one row per group."),
      OutputDeclaration("model.json", "The model for `data.predict`."),
      OutputDeclaration(
        "fits.csv", "Each group: rows, sum of squares, iterations, whether and why it ended."),
      OutputDeclaration("rows.csv", "Observed, fitted and residual of every row."),
      OutputDeclaration("history.csv", "Every accepted step of a single fit, or of failed groups."),
      OutputDeclaration("correlation.csv", "Of the parameters, for a single fit."),
      OutputDeclaration("fit.svg", "Data and curves, residuals."),
      OutputDeclaration("summary.json", "The fit in numbers, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("groups", "How many fits."),
      ScalarDeclaration("converged", "How many of them converged."),
      ScalarDeclaration(
        "residual_deviation", "Standard deviation of the residuals, largest group."),
      ScalarDeclaration("iterations", "Iterations of all fits."),
      ScalarDeclaration("seconds", unit: "s", "Seconds of the kernel."),
    ],
    example: """
      name: dose response of sixteen compounds
      kernel: data.fit
      inputs: {table: ../../models/dose-response/plate.csv}
      parameters:
        model: bottom + (top - bottom) / (1 + (ec50 / concentration)^hill)
        response: response
        group: compound
        start: bottom = min(response), top = max(response), ec50 = geomean(concentration), hill = 1
      """,
    estimate: { facts in
      let bytes = Double(facts.inputSizes["table"]?.bytes ?? 0)
      let starts: Double = if case .number(let n)? = facts.parameters["starts"] { n } else { 1 }
      return Estimate(
        seconds: Seconds(0.1 + bytes * FitCost.secondsOfByte * starts),
        memory: ByteCount(Int64(FitCost.memory + FitCost.bytesOfByte * bytes)))
    })
}

/// Measured on the NIST problems and plates: some ten iterations of a few operations for each cell.
private enum FitCost {
  static let secondsOfByte = 2e-7
  static let memory = 80e6
  static let bytesOfByte = 3.0
}
