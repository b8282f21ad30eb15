import Base
import JobModel

extension KernelDeclaration {
  /// Linear regression of a table of any length.
  package static let dataRegress = KernelDeclaration(
    name: "data.regress",
    summary:
      "Linear regression with its statistics: least squares, weighted, ridge; tables of any length.",
    discussion: """
      Fits `response = Σ coefficient · term` and tells how far to trust it: standard errors, t, p, \
      confidence intervals, variance inflation, R², F, information criteria, influence of single rows. \
      The table is read once, in blocks, in constant memory (a second time for residuals), and \
      eliminated by orthogonal reflections: no normal equations, so that nearly dependent terms and \
      polynomials keep their digits.

      Terms are the predictors, their powers (`degree`), or what `terms` says. Columns of labels \
      (`categories`) become indicators of their levels but the first in alphabetical order. Without \
      an intercept R² refers to the sum of squares about zero, and says so. The `ridge` penalty is \
      that of Σ (y - ŷ)² + λ Σ b².
      """,
    parameters: [
      ParameterDeclaration("response", .text, "Column that is explained: name or number."),
      ParameterDeclaration(
        "predictors", .text,
        "Columns that explain it, separated by commas; empty: all others but the weights.",
        default: .text("")),
      ParameterDeclaration(
        "terms", .text,
        "Terms of the model, such as `x, x^2, x*y`; empty: the predictors to the powers of `degree`.",
        default: .text("")),
      ParameterDeclaration(
        "degree", .integer(1...20), "Highest power of each predictor.", default: .number(1)),
      ParameterDeclaration(
        "intercept", .flag, "Whether the model has a constant term.", default: .flag(true)),
      ParameterDeclaration(
        "categories", .text, "Columns of labels among the predictors, separated by commas.",
        default: .text("")),
      ParameterDeclaration(
        "weights", .text,
        "Column of weights, inversely proportional to the variance of a row; rows of weight 0 are left "
          + "out.", default: .text("")),
      ParameterDeclaration(
        "ridge", .text,
        "Penalties λ, separated by commas; of several the one of smallest generalised cross validation "
          + "is taken. Empty: least squares.", default: .text("")),
      ParameterDeclaration(
        "ridge_units", .choice(["standardised", "raw"]),
        "Whether the penalty acts on coefficients of terms divided by their standard deviation "
          + "(divisor n) or on those of the terms as they are.", default: .text("standardised")),
      ParameterDeclaration(
        "missing", .choice(["fail", "drop"]),
        "Rows with an empty cell or NaN: an error, or left out and counted.",
        default: .text("fail")),
      ParameterDeclaration(
        "confidence", .number(0.5...0.9999), "Of the confidence intervals.",
        default: .number(0.95)),
      ParameterDeclaration(
        "diagnostics", .choice(["auto", "none", "summary", "rows"]),
        "Second pass for residuals and influence: only the extremes, or a table of all rows. `auto`: "
          + "all rows of tables up to 100 000 rows, none above.", default: .text("auto")),
    ],
    inputs: [InputDeclaration("table", "The table: CSV, TSV or NPY, one row per observation.")],
    outputs: [
      OutputDeclaration(
        "coefficients.csv",
        "Coefficients with units, errors, t, p, limits and variance inflation."),
      OutputDeclaration("coefficients.npy", "Coefficients and standard errors, one row per term."),
      OutputDeclaration(
        "model.json", "The model for programs: terms, coefficients, covariance, conventions."),
      OutputDeclaration(
        "rows.csv", "Observed, fitted, residual, leverage, studentised residual, Cook's distance."),
      OutputDeclaration("rows.npy", "The same for programs."),
      OutputDeclaration("ridge.csv", "Ridge: each penalty with its fit and coefficients."),
      OutputDeclaration("fit.svg", "Fitted against observed values, and residuals."),
      OutputDeclaration("summary.json", "The fit in numbers, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("rows", "Rows that took part."),
      ScalarDeclaration("r_squared", "Explained share of the sum of squares."),
      ScalarDeclaration("adjusted_r_squared", "The same per degree of freedom."),
      ScalarDeclaration("residual_deviation", "Standard deviation of the residuals."),
      ScalarDeclaration("f_ratio", "F of all terms but the intercept."),
      ScalarDeclaration("f_probability", "Probability of a larger F without any relation."),
      ScalarDeclaration("condition", "Condition number of the terms."),
      ScalarDeclaration("seconds", unit: "s", "Seconds of the kernel."),
    ],
    example: """
      name: ethylene yield
      kernel: data.regress
      inputs: {table: ../../models/cracker/runs.csv}
      parameters:
        response: ethylene_yield
      """,
    estimate: { facts in
      let bytes = Double(facts.inputSizes["table"]?.bytes ?? 0)
      return Estimate(
        seconds: Seconds(0.1 + bytes * RegressCost.secondsOfByte),
        memory: ByteCount(Int64(RegressCost.memory)))
    })
}

/// Measured on tables of 10 to 100 columns: a pass of reading and one of elimination.
private enum RegressCost {
  static let secondsOfByte = 6e-9
  static let memory = 120e6
}
