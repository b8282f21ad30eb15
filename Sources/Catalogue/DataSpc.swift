import Base
import JobModel

extension KernelDeclaration {
  /// Control charts and capability of a process.
  package static let dataSpc = KernelDeclaration(
    name: "data.spc",
    summary:
      "Control charts with run rules, and capability: Xbar-R/S, I-MR, EWMA, CUSUM, p, np, c, u.",
    discussion: """
      Tells whether a process only varies as it always does. Measurements come as a column, in the \
      order in which they were taken: `size` neighbours form a subgroup, or the columns of a row do \
      (several names under `column`). Charts of counts take a column of counts and one of sample sizes.

      Limits stand three deviations from the centre line; the constants d2, d3, c4 are computed, not \
      tabulated. Rules look at the first chart (means, values, shares). An alarm is at the point that \
      completes its pattern. Cp and Cpk use mean and deviation within \
      the subgroups of the baseline, Pp and Ppk those of all numbers.
      """,
    parameters: [
      ParameterDeclaration(
        "chart",
        .choice(["xbar-r", "xbar-s", "i-mr", "ewma", "cusum", "p", "np", "c", "u"]),
        "Means with ranges or deviations, single values, weighted averages, sums, counts.",
        default: .text("xbar-r")),
      ParameterDeclaration(
        "column", .text,
        "Column of measurements or counts; several, with commas: a subgroup per row."),
      ParameterDeclaration(
        "sizes", .text, "Charts of counts: column of sample sizes, or one number.",
        default: .text("")),
      ParameterDeclaration(
        "size", .integer(1...100), "Rows of a subgroup; single values for i-mr.",
        default: .number(5)),
      ParameterDeclaration(
        "baseline", .integer(0...10_000_000),
        "Centre and limits come from so many first subgroups; 0: from all.", default: .number(0)),
      ParameterDeclaration(
        "rules", .choice(["western-electric", "nelson", "limits"]),
        "Patterns that count as alarms: Western Electric's four, Nelson's eight, limits only.",
        default: .text("western-electric")),
      ParameterDeclaration(
        "lower", .text, "Lower specification limit, in the column's unit; empty: none.",
        default: .text("")),
      ParameterDeclaration(
        "upper", .text, "Upper specification limit; empty: none.", default: .text("")),
      ParameterDeclaration(
        "mean", .text, "Known mean of the process; empty: estimated.", default: .text("")),
      ParameterDeclaration(
        "deviation", .text, "Known deviation of the process; empty: estimated.",
        default: .text("")),
      ParameterDeclaration(
        "lambda", .number(0.01...1), "EWMA: weight of the newest point.", default: .number(0.2)),
      ParameterDeclaration(
        "width", .number(0.5...10), "EWMA: limits in deviations.", default: .number(3)),
      ParameterDeclaration(
        "slack", .number(0...5), "CUSUM: what does not count, in deviations.",
        default: .number(0.5)),
      ParameterDeclaration(
        "decision", .number(0.5...50), "CUSUM: limit of the sums, in deviations.",
        default: .number(5)),
      ParameterDeclaration(
        "missing", .choice(["fail", "drop"]),
        "Rows with an empty cell or NaN: an error, or left out and counted.",
        default: .text("fail")),
    ],
    inputs: [InputDeclaration("table", "The table: CSV, TSV or NPY.")],
    outputs: [
      OutputDeclaration("chart.csv", "Points, centre line, limits and alarms of each chart."),
      OutputDeclaration("chart.npy", "Points and limits of the first chart: point, lower, upper."),
      OutputDeclaration("alarms.csv", "Each alarm: chart, point, value, rule."),
      OutputDeclaration("spc.svg", "The charts, and the histogram with its specification."),
      OutputDeclaration("summary.json", "Scalars, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("points", "Points of the chart."),
      ScalarDeclaration("centre", "Centre line of the first chart."),
      ScalarDeclaration("lower_limit", "Its last lower limit."),
      ScalarDeclaration("upper_limit", "Its last upper limit."),
      ScalarDeclaration("sigma_within", "Deviation within subgroups."),
      ScalarDeclaration("sigma_overall", "Deviation of all numbers."),
      ScalarDeclaration(
        "lag1_autocorrelation",
        "Correlation of each number with the one before: far from 0, limits and rules mislead."),
      ScalarDeclaration("alarms", "Points with an alarm on any chart."),
      ScalarDeclaration("first_alarm", "The first of them; 0: none."),
      ScalarDeclaration("cp", "Width of the specification over six deviations within."),
      ScalarDeclaration("cpk", "Distance to the nearer limit over three of them."),
      ScalarDeclaration("pp", "As Cp, with the deviation of all numbers."),
      ScalarDeclaration("ppk", "As Cpk, with the deviation of all numbers."),
      ScalarDeclaration("expected_outside", "Share outside the specification, were it normal."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
    ],
    example: """
      name: strip thickness
      kernel: data.spc
      inputs: {table: ../../models/strip-process/month.csv}
      parameters: {chart: xbar-r, column: thickness, size: 5, lower: "1.97", upper: "2.03"}
      """,
    estimate: { facts in
      let bytes = facts.inputSizes["table"]?.bytes ?? 0
      return Estimate(
        seconds: Seconds(0.03 + 5e-8 * Double(bytes)), memory: ByteCount(64_000_000 + 4 * bytes))
    })
}
