import Base
import JobModel

extension KernelDeclaration {
  /// Power flow of electric grids: one operating point, a profile of many, outages of branches.
  package static let networkPowerflow = KernelDeclaration(
    name: "network.powerflow",
    summary: "Voltages, flows and losses of a power grid: AC or DC, N-1 outages, time series.",
    discussion: """
      Reads a MATPOWER case (version 2) and solves the power balance by Newton's method in polar \
      coordinates with an analytic Jacobian and sparse LU factors. A `profile` makes it a time series: \
      each row scales or sets loads and generation; `contingencies: branches` takes out every branch in \
      turn; both together give the product. Related points begin at each other's voltages and factors.

      A flow that does not converge is no failure of the job: the last iterate is written, and `state`, \
      the mismatch history and the worst bus say what happened. Islands without a reference bus carry \
      no voltage and are reported. Direct-current lines and costs are not part of the model.

      Columns of a profile are headed `load`, `gen` (all), `load 12`, `gen 12` (at a bus, by number or \
      name), `load area 2`, `load zone 3`; without a unit they are factors of the case's values, with %, \
      MW, kW or MVAr what the unit says.
      """,
    parameters: [
      ParameterDeclaration(
        "method", .choice(["ac", "dc"]),
        "AC: Newton's method. DC: active power and angles only, without losses.",
        default: .text("ac")),
      ParameterDeclaration(
        "start", .choice(["case", "flat", "dc"]),
        "Where the iteration begins: voltages of the case, 1 pu without angles, angles of the DC flow.",
        default: .text("case")),
      ParameterDeclaration(
        "tolerance", .number(1e-12...1e-2), "Largest mismatch of power at any bus, per unit.",
        default: .number(1e-8)),
      ParameterDeclaration(
        "max_iterations", .integer(1...1000), "Steps of Newton's method before it gives up.",
        default: .number(30)),
      ParameterDeclaration(
        "reactive_limits", .choice(["ignore", "enforce"]),
        "Whether generators beyond their reactive limits give up their voltage.",
        default: .text("ignore")),
      ParameterDeclaration(
        "load_scale", .number(0...1000), "Factor of all loads of the case.", default: .number(1)),
      ParameterDeclaration(
        "generation_scale", .number(0...1000),
        "Factor of the active power of all generators but the reference's.", default: .number(1)),
      ParameterDeclaration(
        "contingencies", .choice(["none", "branches"]),
        "Whether branches are taken out one after another (N-1).", default: .text("none")),
      ParameterDeclaration(
        "outages", .text,
        "Rows (from 1) of the branches to take out, separated by commas, ranges as 4-9; empty: all in "
          + "service.", default: .text("")),
      ParameterDeclaration(
        "loading_limit", .number(1...1000), "Loading of a branch that counts as overload, percent.",
        default: .number(100)),
      ParameterDeclaration(
        "profile_columns", .text,
        "Headings of a profile without any (NPY), separated by commas.", default: .text("")),
      ParameterDeclaration(
        "arrays", .flag,
        "Whether a time series writes voltages and loadings of all buses and branches as arrays.",
        default: .flag(true)),
    ],
    inputs: [
      InputDeclaration("case", "The grid: a MATPOWER case file, version 2."),
      InputDeclaration(
        "profile", "Rows of loads and generation (CSV, NPY), one operating point each.",
        isRequired: false),
    ],
    outputs: [
      OutputDeclaration("bus.csv", "Voltage, load and generation of each bus of the case."),
      OutputDeclaration("branch.csv", "Flows, losses and loading of each branch."),
      OutputDeclaration("gen.csv", "Power of each generator, and whether it is at a limit."),
      OutputDeclaration("violations.csv", "Limits that are not kept: voltages, loadings, powers."),
      OutputDeclaration("voltage.npy", "Magnitude (pu) and angle (degrees) of each bus."),
      OutputDeclaration(
        "series.csv",
        "One line for each row of the profile; dates and times as seconds after the first."),
      OutputDeclaration("series_vm.npy", "Magnitudes: rows of the profile by buses, pu."),
      OutputDeclaration(
        "series_loading.npy", "Loadings: rows of the profile by branches, percent."),
      OutputDeclaration("contingencies.csv", "One line for each outage (and row of the profile)."),
      OutputDeclaration(
        "powerflow.svg", "Voltage profile, most loaded branches, band of the series."),
      OutputDeclaration("summary.json", "Scalars, mismatch history, islands, notices, seconds."),
    ],
    scalars: powerflowScalars, metrics: powerflowMetrics,
    example: """
      name: distribution feeder
      kernel: network.powerflow
      inputs: {case: ../../models/grid-feeder/feeder.m}
      sweep: {load_scale: [0.6, 1, 1.4]}
      """,
    estimate: { facts in
      // A bus takes about 150 bytes of a case file and 3 kB of memory; a row of a profile about 10 ms
      // for ten thousand buses.
      let buses = Double(facts.inputSizes["case"]?.bytes ?? 0) / 150
      let rows = Double(facts.inputSizes["profile"]?.bytes ?? 0) / 20
      let outages = facts.parameters["contingencies"] == .text("branches") ? 1.5 * buses : 0
      let points = 1 + rows + outages * max(1, rows)
      return Estimate(
        seconds: Seconds(0.01 + buses * 1e-5 + points * buses * 1e-6 / Double(max(1, facts.cpus))),
        memory: ByteCount(Int(64e6 + buses * 12e3 * Double(1 + facts.cpus))))
    })

  private static let powerflowMetrics = [
    ScalarDeclaration("computed", "Rows of the profile and outages that have been computed."),
    ScalarDeclaration("not_converged", "How many of them have no solution."),
    ScalarDeclaration("with_violations", "How many of them break a limit of voltage or loading."),
  ]

  private static let powerflowScalars = [
    ScalarDeclaration(
      "state", "`converged`, or why not: iteration limit, diverged, stalled, singular."),
    ScalarDeclaration("iterations", "Newton steps of the case."),
    ScalarDeclaration("mismatch", unit: "pu", "Largest mismatch of power at the end."),
    ScalarDeclaration("losses", unit: "MW", "Active losses of all branches."),
    ScalarDeclaration("load", unit: "MW", "Load of all energised buses."),
    ScalarDeclaration("lowest_voltage", unit: "pu", "Smallest magnitude."),
    ScalarDeclaration("lowest_voltage_bus", "The bus where it occurs."),
    ScalarDeclaration("highest_voltage", unit: "pu", "Largest magnitude."),
    ScalarDeclaration("highest_voltage_bus", "The bus where it occurs."),
    ScalarDeclaration("highest_loading", unit: "%", "Largest loading of a branch with a rating."),
    ScalarDeclaration("highest_loading_branch", "The row of that branch."),
    ScalarDeclaration("violations", "Limits that the case does not keep."),
    ScalarDeclaration("points", "Rows of the profile and outages that were computed."),
    ScalarDeclaration("points_not_converged", "How many of them have no solution."),
    ScalarDeclaration(
      "points_with_violations", "How many have voltages or loadings beyond limits."),
    ScalarDeclaration("seconds", unit: "s", "Time of the analysis, reading and writing included."),
    ScalarDeclaration("read_seconds", unit: "s", "Time of reading the case."),
    ScalarDeclaration(
      "solve_seconds", unit: "s", "Time of the case's power flow: analysis, Newton, flows."),
    ScalarDeclaration("series_seconds", unit: "s", "Time of profile and outages."),
    ScalarDeclaration(
      "solve_processor_seconds", unit: "s", "Processor time of the case's power flow."),
    ScalarDeclaration(
      "series_processor_seconds", unit: "s", "Processor time of profile and outages, first thread."),
  ]
}
