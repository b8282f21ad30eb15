import Base
import Catalogue
import Formats
import Glibc
import LinearAlgebra
import Statistics

/// `data.fit`: a formula fitted to every group of a table.
struct DataFit: Kernel {
  let name = "data.fit"

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let plan = try FitPlan(context)
    context.progress("read", fraction: 0)
    let table = try FitTable(plan, context)
    guard !table.groups.isEmpty else {
      throw KilnError(.taskFailed, "the table has no row that could be used")
    }
    let readSeconds = clock.wall.value
    let fitter = CurveFitter(
      Tape(plan.model, parameters: plan.parameters, variables: plan.variables.map(\.name)))
    fitter.isCancelled = context.cancellation
    let others = LatinHypercube.points(
      count: plan.startCount - 1, dimensions: plan.startCount > 1 ? plan.parameters.count : 0,
      seed: plan.seed
    ).map { zip($0, plan.search).map(Self.place) }
    let fitClock = KernelClock()
    let rules = StartRules(plan)
    var fits: [CurveFit] = []
    try Self.checkRows(table, plan)
    for group in table.groups.indices {
      if table.ranges[group].count < plan.parameters.count {
        fits.append(
          .missing(parameters: plan.parameters.count, rows: table.ranges[group].count))
        continue
      }
      let start = try rules.start(group, of: table)
      fits.append(best(fitter, table, group, [start] + others, plan))
      try context.checkCancelled()
      if group % 64 == 0 {
        context.progress("fit", fraction: Double(group) / Double(table.groups.count))
      }
    }
    context.summary.set("read_seconds", readSeconds, unit: "s")
    context.summary.set("fit_seconds", fitClock.processor.value, unit: "s")
    try FitReport(plan, fits, context).write(table, fitter)
    context.summary.set("rows_left_out", Double(table.leftOut))
    clock.summarise(context)
  }

  /// Throws where there is nothing that could be fitted; single groups may have too few rows.
  private static func checkRows(_ table: FitTable, _ plan: FitPlan) throws(KilnError) {
    let most = table.ranges.map(\.count).max() ?? 0
    guard most < plan.parameters.count else { return }
    throw KilnError(
      .taskFailed,
      plan.group == nil
        ? "the table has \(most) rows for \(plan.parameters.count) parameters"
        : "no group has as many rows as the model has parameters (\(plan.parameters.count))",
      fix: "use a model with fewer parameters")
  }

  /// The best end of all starts; the first of equals.
  private func best(
    _ fitter: CurveFitter, _ table: FitTable, _ group: Int, _ starts: [[Double]],
    _ plan: FitPlan
  ) -> CurveFit {
    var options = CurveFitOptions(
      parameters: plan.parameters.count, tolerance: plan.tolerance,
      iterationsMax: plan.iterations,
      history: table.groups.count == 1 ? .always : .ofFailures)
    options.lower = plan.lower
    options.upper = plan.upper
    let data = table.data(group)
    var best = fitter.fit(data, start: starts[0], options)
    for start in starts.dropFirst() {
      let other = fitter.fit(data, start: start, options)
      if other.residualSum < best.residualSum || !best.residualSum.isFinite { best = other }
    }
    return best
  }

  /// Uniform in the range, or in its logarithm where it spans two decades above zero.
  private static func place(_ unit: Double, _ range: ClosedRange<Double>) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    if low > 0, high / low >= 100 { return low * pow(high / low, unit) }
    return low + unit * (high - low)
  }
}
