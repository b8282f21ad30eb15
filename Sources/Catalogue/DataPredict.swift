import Base
import JobModel

extension KernelDeclaration {
  /// A stored model applied to new rows.
  package static let dataPredict = KernelDeclaration(
    name: "data.predict",
    summary: "Applies a model that regress, fit, pls or pca left to new rows, in constant memory.",
    discussion: """
      Takes the `model.json` of an earlier job (or of an earlier step) and a table with the columns that the \
      model needs, found by their names; other columns are passed over. A regression gives predictions and \
      the limits between which a new observation lies at the model's confidence; a calibration by partial \
      least squares gives each response; a fitted formula is evaluated with the parameters of each row's \
      group; principal components give scores, T², SPE and alarms, as `data.pca` does with `new`.

      Units are not converted: a column that names another unit than the model's is refused, in regressions, \
      calibrations and formulas; a unit that only one side names is passed over.

      A label that a regression was not made with counts as the reference level; `unknown_labels` says in \
      how many rows that happened.

      The table is read in blocks, whatever its length. A model says nothing sensible far from the rows that \
      it was made of; nothing here keeps you from asking.
      """,
    parameters: [
      ParameterDeclaration(
        "missing", .choice(["fail", "drop"]),
        "Rows with an empty cell or NaN: an error, or left out and counted.",
        default: .text("fail")),
      ParameterDeclaration(
        "confidence", .number(0.5...0.99999),
        "Of the limits of T² and SPE, with a model of components.", default: .number(0.99)),
      ParameterDeclaration(
        "scores", .choice(["all", "arrays", "none"]),
        "With a model of components: scores as table and array, as array, or not at all.",
        default: .text("all")),
    ],
    inputs: [
      InputDeclaration("model", "The model.json of data.regress, data.fit, data.pls or data.pca."),
      InputDeclaration("table", "New rows: CSV, TSV or NPY."),
    ],
    outputs: [
      OutputDeclaration(
        "predictions.csv", "Row, prediction, and limits where the model tells its uncertainty."),
      OutputDeclaration("predictions.npy", "The same for programs, without the row."),
      OutputDeclaration("scores.csv", "Components: scores, T², SPE and alarm of each row."),
      OutputDeclaration("scores.npy", "Components: scores, T² and SPE."),
      OutputDeclaration(
        "contributions.csv", "Components: rows beyond a limit, and the columns to blame."),
      OutputDeclaration("pca.svg", "Components: the monitoring charts with their limits."),
      OutputDeclaration("summary.json", "Scalars, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("rows_predicted", "Rows that were predicted."),
      ScalarDeclaration("rows_left_out", "Rows without a number that the model needs."),
      ScalarDeclaration(
        "unknown_labels",
        "Regressions with categories: rows with a label that the model does not know, predicted as "
          + "of the reference level."),
      ScalarDeclaration("mean_prediction", "Mean of the (first) predicted column."),
      ScalarDeclaration("rows_judged", "Components: rows whose T² and SPE were computed."),
      ScalarDeclaration("alarms", "Components: rows beyond a limit."),
      ScalarDeclaration("first_alarm", "Row of the first alarm; 0: none."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
    ],
    example: """
      name: strip monitoring with last year's model
      kernel: data.predict
      inputs: {model: ../../models/strip-process/model.json, table: ../../models/strip-process/month.csv}
      """,
    estimate: { facts in
      let bytes = Double(facts.inputSizes["table"]?.bytes ?? 0)
      return Estimate(seconds: Seconds(0.05 + 3e-8 * bytes), memory: ByteCount(100_000_000))
    })
}
