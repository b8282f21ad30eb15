import Base
import Catalogue
import Formats
import LinearAlgebra
import Statistics

/// `data.regress`: one pass for the fit, one more for what needs the residuals.
struct DataRegress: Kernel {
  let name = "data.regress"

  var libraries: [String: String] { ["OpenBLAS": BLAS.version] }

  /// Tables up to this many numbers get a correcting pass with 32 digits.
  private static let refinedNumbers = 2_000_000
  /// Correcting passes; two reach full precision.
  private static let refinements = 2

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    BLAS.useThreads(1)
    let plan = try RegressPlan(context)
    let rows = RegressRows(plan, context)
    context.progress("eliminate", fraction: 0)
    var accumulator = RegressionAccumulator(plan.model)
    var sample = RowSample(columns: plan.columns.count)
    try rows.forEachBlock { block in
      accumulator.add(block)
      sample.add(block)
    }
    var fit = try solve(&accumulator, plan)
    var passes = 1
    if fit.count * plan.model.terms.count <= Self.refinedNumbers, fit.rank == plan.model.terms.count
    {
      for _ in 0..<Self.refinements {
        var refinement = RegressionRefinement(fit)
        try rows.forEachBlock { refinement.add($0) }
        fit = refinement.corrected().fit
        passes += 1
      }
    }
    var report = RegressReport(plan, fit, context)
    if !plan.penalties.isEmpty {
      report.ridge = try ridge(fit, plan)
      fit = report.fit
    }
    let wantsRows =
      plan.diagnostics == "rows" || (plan.diagnostics == "auto" && fit.count <= 100_000)
    if report.ridge == nil, fit.degrees > 0, wantsRows || plan.diagnostics == "summary" {
      context.progress("diagnose", fraction: 0)
      try report.diagnose(rows, table: wantsRows)
      passes += 1
    }
    try report.write(sample: sample)
    context.summary.set("rows_left_out", Double(rows.leftOut))
    context.summary.set("passes", Double(passes))
    rows.reading.summarise(context, part: "read")
    clock.summarise(context)
  }

  private func solve(
    _ accumulator: inout RegressionAccumulator, _ plan: RegressPlan
  ) throws -> RegressionFit {
    guard let fit = try accumulator.solve() else {
      throw KilnError(.taskFailed, "the table has no row that could be used")
    }
    guard fit.degrees >= 0, fit.count >= plan.model.terms.count || !plan.penalties.isEmpty else {
      throw KilnError(
        .taskFailed,
        "\(fit.count) rows cannot determine \(plan.model.terms.count) coefficients",
        fix: "use fewer terms, or `ridge`")
    }
    return fit
  }

  private func ridge(_ fit: RegressionFit, _ plan: RegressPlan) throws -> RidgePath {
    try RidgePath(fit, penalties: plan.penalties, standardised: plan.isStandardised)
  }
}
