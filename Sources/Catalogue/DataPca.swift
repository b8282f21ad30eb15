import Base
import JobModel

extension KernelDeclaration {
  /// Principal components of a table of any length, and monitoring of a process by them.
  package static let dataPca = KernelDeclaration(
    name: "data.pca",
    summary: "Principal components (EOF) of a table of any length; monitoring by T² and SPE.",
    discussion: """
      Finds the directions in which the columns of a table vary together, and the share of the \
      variance that each explains. Tall tables are read in blocks, in constant memory, once for the \
      components and once for the scores; tables with more columns than rows (fields, spectra) are \
      decomposed as they are. With weights the components are the empirical orthogonal functions of \
      meteorology.

      As a monitor it tells which rows do not belong to the process: T² grows when known variation is \
      too large, SPE when something new happens; contributions name the columns. A second table \
      (`new`) is judged by the model of the first. Signs follow a rule: the largest loading of each \
      component is positive. Variances are over n - 1.
      """,
    parameters: [
      ParameterDeclaration(
        "columns", .text, "Columns to use, names or numbers, separated by commas; empty: all.",
        default: .text("")),
      ParameterDeclaration(
        "scaling", .choice(["standardise", "centre", "none"]),
        "Columns less their means and over their deviations, less their means only, or as they are.",
        default: .text("standardise")),
      ParameterDeclaration(
        "deviation", .choice(["sample", "population"]),
        "Deviations over n - 1 (R, MATLAB) or over n (scikit-learn).", default: .text("sample")),
      ParameterDeclaration(
        "components", .integer(0...10_000), "How many to keep; 0: as many as `share` needs.",
        default: .number(0)),
      ParameterDeclaration(
        "share", .number(0.01...1), "Share of the variance that the kept components hold.",
        default: .number(0.9)),
      ParameterDeclaration(
        "latitudes", .text,
        "Latitudes of the columns as `first:last:count`, repeated along the columns; each column weighs "
          + "the root of their cosine. Empty: no weights.", default: .text("")),
      ParameterDeclaration(
        "method", .choice(["auto", "covariance", "orthogonal"]),
        "Covariance: fastest. Orthogonal: QR, which keeps the digits of small variances. `auto` takes "
          + "covariance, and QR where a kept variance is too small for it.",
        default: .text("auto")),
      ParameterDeclaration(
        "missing", .choice(["fail", "drop"]),
        "Rows with an empty cell or NaN: an error, or left out and counted.",
        default: .text("fail")),
      ParameterDeclaration(
        "confidence", .number(0.5...0.99999), "Of the limits of T² and SPE.",
        default: .number(0.99)),
      ParameterDeclaration(
        "scores", .choice(["all", "arrays", "none"]),
        "Whether scores of all rows are written: as table and array, as array, or not at all.",
        default: .text("all")),
    ],
    inputs: [
      InputDeclaration("table", "The table that the model is made of: CSV, TSV or NPY."),
      InputDeclaration(
        "new", "Rows that the model judges; without it, its own.", isRequired: false),
    ],
    outputs: [
      OutputDeclaration("variances.csv", "Variance, share and sampling error of each component."),
      OutputDeclaration("loadings.csv", "Loadings of the kept components, one line per column."),
      OutputDeclaration("loadings.npy", "The same for programs: columns by components."),
      OutputDeclaration("model.json", "The model for `data.predict`."),
      OutputDeclaration("scores.csv", "Scores, T², SPE and alarm of each row."),
      OutputDeclaration("scores.npy", "Scores, T² and SPE: rows by components and two."),
      OutputDeclaration(
        "contributions.csv", "Rows beyond a limit, and the columns that are to blame."),
      OutputDeclaration(
        "pca.svg", "Variances, scores, and the monitoring charts with their limits."),
      OutputDeclaration("summary.json", "Scalars, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("rows", "Rows that the model was made of."),
      ScalarDeclaration("columns", "Columns of the model."),
      ScalarDeclaration("components", "Components that were kept."),
      ScalarDeclaration("variance_explained", "Their share of the variance."),
      ScalarDeclaration("first_variance", "Variance of the first component."),
      ScalarDeclaration("first_share", "Its share of the variance."),
      ScalarDeclaration("t2_limit", "Limit of T² for the rows that were judged."),
      ScalarDeclaration("spe_limit", "Limit of SPE."),
      ScalarDeclaration("rows_judged", "Rows whose T² and SPE were computed."),
      ScalarDeclaration("alarms", "Rows beyond a limit."),
      ScalarDeclaration("alarms_t2", "Rows beyond the limit of T²."),
      ScalarDeclaration("alarms_spe", "Rows beyond the limit of SPE."),
      ScalarDeclaration("first_alarm", "Row of the first alarm; 0: none."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
      ScalarDeclaration("read_seconds", unit: "s", "Time of reading the table."),
      ScalarDeclaration("model_seconds", unit: "s", "Time of computing the components."),
      ScalarDeclaration(
        "model_processor_seconds", unit: "s", "Processor time of computing the components."),
    ],
    example: """
      name: steel strip monitoring
      kernel: data.pca
      inputs: {table: ../../models/strip-process/normal.csv, new: ../../models/strip-process/month.csv}
      parameters: {columns: "2, 3, 4, 5, 6, 7, 8, 9"}
      """,
    estimate: { facts in
      let bytes = (facts.inputSizes["table"]?.bytes ?? 0) + (facts.inputSizes["new"]?.bytes ?? 0)
      // About 100 MB of text a second, twice; memory for blocks, and for tables that are wide.
      return Estimate(
        seconds: Seconds(0.02 + 2e-8 * Double(bytes)),
        memory: ByteCount(128_000_000 + 2 * min(bytes, 1_000_000_000)))
    })
}
