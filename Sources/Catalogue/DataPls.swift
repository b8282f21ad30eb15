import Base
import JobModel

extension KernelDeclaration {
  /// Calibration by partial least squares with cross validation.
  package static let dataPls = KernelDeclaration(
    name: "data.pls",
    summary:
      "Partial least squares regression: spectra and process tables, validated by rows left out.",
    discussion: """
      Explains one or several responses by many, possibly collinear, columns: components of the columns \
      that vary most together with the responses. How many components to keep is decided by predictions \
      of rows that were left out.

      RMSEC and RMSECV are roots of mean squares over n, in the response's unit. Q² is one less the ratio \
      of squared errors to those of the mean of the rows that were kept. VIP above one marks columns \
      that matter more than the average. With one response the kernel algorithm is NIPALS' model, and \
      SIMPLS is the same up to rounding; with several responses they differ by definition. Principal \
      component regression takes the directions in which the columns vary most, whatever the responses are.
      """,
    parameters: [
      ParameterDeclaration("response", .text, "Columns to explain, separated by commas."),
      ParameterDeclaration(
        "predictors", .text, "Columns that explain them, separated by commas; empty: all others.",
        default: .text("")),
      ParameterDeclaration(
        "algorithm", .choice(["kernel", "simpls", "principal"]),
        "Kernel (NIPALS' model), SIMPLS, or principal component regression.",
        default: .text("kernel")),
      ParameterDeclaration(
        "components", .integer(0...1000),
        "How many components the model has; 0: the number with the smallest RMSECV.",
        default: .number(0)),
      ParameterDeclaration(
        "components_max", .integer(1...1000), "How many are tried.", default: .number(10)),
      ParameterDeclaration(
        "scaling", .choice(["centre", "standardise", "none"]),
        "Of the predictors: less their means, also over their deviations, or as they are.",
        default: .text("centre")),
      ParameterDeclaration(
        "validation", .choice(["leave-one-out", "consecutive", "interleaved", "random", "none"]),
        "Which rows are left out together: each alone, neighbours, every k-th (venetian blinds), "
          + "shuffled with `seed`.", default: .text("interleaved")),
      ParameterDeclaration(
        "segments", .integer(2...1000), "How many parts the rows are left out in.",
        default: .number(10)),
      ParameterDeclaration(
        "seed", .integer(0...1_000_000), "Of the shuffling.", default: .number(1)),
      ParameterDeclaration(
        "missing", .choice(["fail", "drop"]),
        "Rows with an empty cell or NaN: an error, or left out and counted.",
        default: .text("fail")),
    ],
    inputs: [
      InputDeclaration("table", "The table that the model is made of: CSV, TSV or NPY."),
      InputDeclaration(
        "new", "Rows to predict, in the table's units; responses in it are compared.",
        isRequired: false),
    ],
    outputs: [
      OutputDeclaration(
        "coefficients.csv",
        "Constant, coefficients in the response's unit `per` unit of the column, VIP."),
      OutputDeclaration("coefficients.npy", "Coefficients: predictors by responses."),
      OutputDeclaration("model.json", "The model for `data.predict`."),
      OutputDeclaration("errors.csv", "RMSEC, RMSECV and Q² by the number of components."),
      OutputDeclaration(
        "predictions.csv", "Measured, fitted and left-out predictions of each row."),
      OutputDeclaration("new.csv", "Predictions and residuals of the rows of `new`."),
      OutputDeclaration("scores.npy", "Scores of the table's rows: rows by components."),
      OutputDeclaration(
        "pls.svg", "Errors by components, predicted against measured, coefficients."),
      OutputDeclaration("summary.json", "Scalars, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("rows", "Rows that the model was made of."),
      ScalarDeclaration("predictors", "Columns that explain."),
      ScalarDeclaration("components", "Components of the model."),
      ScalarDeclaration("rmsec", "Root mean square error of the table's rows, first response."),
      ScalarDeclaration("rmsecv", "The same of rows left out."),
      ScalarDeclaration("q_squared", "Predicted share of the squares, rows left out."),
      ScalarDeclaration("r_squared", "Explained share of the squares."),
      ScalarDeclaration("rmsep", "Root mean square error of the rows of `new`."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
      ScalarDeclaration("read_seconds", unit: "s", "Time of reading the tables."),
      ScalarDeclaration("model_seconds", unit: "s", "Time of the fit and its validation."),
      ScalarDeclaration(
        "model_processor_seconds", unit: "s", "Processor time of the fit and its validation."),
    ],
    example: """
      name: strip strength
      kernel: data.pls
      inputs: {table: ../../models/strip-process/normal.csv}
      parameters: {response: strength, predictors: "2, 3, 4, 5, 6, 7, 8, 9", scaling: standardise}
      """,
    estimate: { facts in
      let bytes = Double(
        (facts.inputSizes["table"]?.bytes ?? 0) + (facts.inputSizes["new"]?.bytes ?? 0))
      return Estimate(
        seconds: Seconds(0.02 + 4e-7 * bytes), memory: ByteCount(64_000_000 + Int(4 * bytes)))
    })
}
