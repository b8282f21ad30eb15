import Base
import JobModel

extension KernelDeclaration {
  /// Analysis of variance by one or two factors.
  package static let dataAnova = KernelDeclaration(
    name: "data.anova",
    summary: "Analysis of variance by one or two factors, with Tukey's comparisons of groups.",
    discussion: """
      Tells whether groups differ by more than the scatter within them. One factor: any numbers of \
      values in the groups, with Tukey's comparison of all pairs. Two factors: with their interaction \
      where cells hold repeated values; squares of a factor are what it explains beyond the other \
      (type II), which for equal cells are the classical ones.

      Factors may be columns of texts or of numbers; each different entry is a level.
      """,
    parameters: [
      ParameterDeclaration("response", .text, "Column of the measured values."),
      ParameterDeclaration("factors", .text, "One or two columns of groups, separated by commas."),
      ParameterDeclaration(
        "confidence", .number(0.5...0.9999),
        "Differences of pairs less probable than the rest among equal means count as such.",
        default: .number(0.95)),
      ParameterDeclaration(
        "missing", .choice(["fail", "drop"]),
        "Rows with an empty cell or NaN: an error, or left out and counted.",
        default: .text("fail")),
    ],
    inputs: [InputDeclaration("table", "The table: CSV, TSV or NPY, one row per measurement.")],
    outputs: [
      OutputDeclaration("anova.csv", "Degrees of freedom, squares, F and p of each source."),
      OutputDeclaration("anova.npy", "The same numbers for programs."),
      OutputDeclaration("means.csv", "Count, mean and its error of each group or cell."),
      OutputDeclaration("pairs.csv", "One factor: Tukey's comparison of each pair of groups."),
      OutputDeclaration("anova.svg", "Means with their scatter; of two factors, the interaction."),
      OutputDeclaration("summary.json", "Scalars, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("rows", "Rows that took part."),
      ScalarDeclaration("f", "F of the first factor."),
      ScalarDeclaration("p", "Probability of so large an F among equal means."),
      ScalarDeclaration("f_second", "F of the second factor."),
      ScalarDeclaration("p_second", "Its probability."),
      ScalarDeclaration("f_interaction", "F of the interaction."),
      ScalarDeclaration("p_interaction", "Its probability."),
      ScalarDeclaration("r_squared", "Share of the squares that the model explains."),
      ScalarDeclaration("residual_deviation", "Scatter within groups."),
      ScalarDeclaration("pairs_different", "Pairs of groups that differ."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
    ],
    example: """
      name: battery life
      kernel: data.anova
      inputs: {table: ../../models/battery-life/battery.csv}
      parameters: {response: life, factors: "material, temperature"}
      """,
    estimate: { facts in
      let bytes = facts.inputSizes["table"]?.bytes ?? 0
      return Estimate(
        seconds: Seconds(0.02 + 1e-7 * Double(bytes)), memory: ByteCount(64_000_000 + 20 * bytes))
    })
}
