import Base
import JobModel

extension KernelDeclaration {
  /// Plans of experiments.
  package static let dataDesign = KernelDeclaration(
    name: "data.design",
    summary:
      "Plans of experiments: factorial, fractional, central composite, Latin hypercube, Sobol.",
    discussion: """
      Writes the runs of an experiment or of a simulation campaign as a table, in the factors' own units. \
      Each factor has a range (`temperature: 20..80`) or, for the full factorial plan, a list of levels \
      (`speed: 1|2|4`). Letters of a fractional plan's generators are the factors in their order. \
      Random plans come from `seed`: the same seed gives the same plan.
      """,
    parameters: [
      ParameterDeclaration(
        "plan", .choice(["factorial", "fractional", "composite", "latin", "sobol"]),
        "All combinations of levels; a fraction of two levels; a quadratic surface; space filling."),
      ParameterDeclaration(
        "factors", .text,
        "Factors with their ranges or levels: `temperature: 20..80; time: 1|2|4`."),
      ParameterDeclaration(
        "generators", .text,
        "Fractional: for each factor beyond the base ones its product, such as `ABC, -ABD`.",
        default: .text("")),
      ParameterDeclaration(
        "axial", .choice(["rotatable", "faced", "spherical"]),
        "Composite: where the axial points stand; the ranges are those of the corners.",
        default: .text("rotatable")),
      ParameterDeclaration(
        "centre_points", .integer(0...1000), "Composite: runs in the middle.",
        default: .number(5)),
      ParameterDeclaration(
        "runs", .integer(1...10_000_000), "Latin, Sobol: how many runs.", default: .number(32)),
      ParameterDeclaration(
        "centred", .flag, "Latin: runs in the middle of their parts instead of anywhere in them.",
        default: .flag(false)),
      ParameterDeclaration(
        "seed", .integer(0...1_000_000_000), "Latin: of the shuffling.", default: .number(1)),
    ],
    outputs: [
      OutputDeclaration("design.csv", "One row per run: its number and the factors' values."),
      OutputDeclaration("design.npy", "The factors' values: runs by factors."),
      OutputDeclaration("design.svg", "The first two factors."),
      OutputDeclaration("summary.json", "Scalars, conventions, seconds."),
    ],
    scalars: [
      ScalarDeclaration("runs", "Runs of the plan."),
      ScalarDeclaration("factors", "Factors of the plan."),
      ScalarDeclaration("resolution", "Fractional: length of the shortest word; 0: none."),
      ScalarDeclaration("seconds", unit: "s", "Time of the analysis."),
    ],
    example: """
      name: quench study
      kernel: data.design
      parameters:
        plan: composite
        factors: "temperature: 820..900; hold: 10..40"
      """,
    estimate: { _ in Estimate(seconds: Seconds(0.05), memory: ByteCount(128_000_000)) })
}
