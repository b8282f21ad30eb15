import Base
import Formats
import LinearAlgebra
import Statistics

/// `data.pls`: calibration, validation, prediction.
struct DataPLS: Kernel {
  let name = "data.pls"

  var libraries: [String: String] { ["OpenBLAS": BLAS.version] }

  /// Rows that are held in memory.
  private static let rowsMax = 2_000_000

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    BLAS.useThreads(1)
    let columns = try LatentColumns(context)
    let options = try Self.options(context)
    context.progress("read", fraction: 0)
    let rows = try MultivariateRows(context, input: "table", selection: columns.names)
    let table = try rows.whole(rowsMax: Self.rowsMax)
    guard table.rows >= 3 else {
      throw KilnError(
        .taskFailed, "the table has \(table.rows) complete rows; a calibration needs at least 3")
    }
    let count = columns.responses.count
    let y = table.view.part(0..<table.rows, 0..<count)
    let x = table.view.part(0..<table.rows, count..<table.columns)
    context.progress("fit", fraction: 0)
    let modelClock = KernelClock()
    let regression: LatentRegression
    let errors: CalibrationErrors
    do throws(DenseError) {
      regression = try LatentRegression(x, y, options)
      errors = try CalibrationErrors(
        regression, x, y, options, isCancelled: { context.isCancelled })
    } catch {
      throw KilnError(.taskFailed, error.message)
    }
    try context.checkCancelled()
    guard regression.model.components > 0 else {
      throw KilnError(
        .taskFailed, "the predictors do not vary together with the responses",
        fix: "are the columns constant?")
    }
    modelClock.summarise(context, part: "model")
    context.summary.set("rows_left_out", Double(rows.leftOut))
    let report = LatentReport(
      columns: columns, regression: regression, errors: errors,
      components: try Self.components(context, regression, errors))
    try report.write(x, y, context)
    if try context.inputIfPresent("new") != nil { try report.predict(context) }
    rows.reading.summarise(context, part: "read")
    clock.summarise(context)
  }

  private static func components(
    _ context: KernelContext, _ regression: LatentRegression, _ errors: CalibrationErrors
  ) throws(KilnError) -> Int {
    let wish = try context.integer("components")
    guard wish == 0 else { return min(wish, regression.model.components) }
    return max(1, min(errors.best, regression.model.components))
  }

  private static func options(_ context: KernelContext) throws(KilnError)
    -> LatentRegression.Options
  {
    var options = LatentRegression.Options()
    options.algorithm =
      PartialLeastSquares.Algorithm(rawValue: try context.text("algorithm")) ?? .kernel
    options.scaling = Scaling(rawValue: try context.text("scaling")) ?? .centre
    options.responseScaling = options.scaling == .standardise ? .standardise : .centre
    options.componentsMax = max(
      try context.integer("components_max"), try context.integer("components"))
    let segments = try context.integer("segments")
    switch try context.text("validation") {
    case "leave-one-out": options.validation = .leaveOneOut
    case "consecutive": options.validation = .consecutive(segments)
    case "interleaved": options.validation = .interleaved(segments)
    case "random":
      options.validation = .random(segments, seed: UInt64(try context.integer("seed")))
    case _: options.validation = .none
    }
    return options
  }
}

/// Which columns are responses, which predictors.
struct LatentColumns {
  let responses: [Column]
  let predictors: [Column]

  /// Names in the order of reading: responses first.
  var names: [String] { (responses + predictors).map(\.name) }

  init(_ context: KernelContext) throws(KilnError) {
    let wished = try context.list("response")
    guard !wished.isEmpty else {
      throw KilnError(
        .taskFailed, "no response is named", fix: "name a column with `response: NAME`")
    }
    let all = try context.openTable("table").columns
    responses = try context.openTable("table", columns: wished).columns
    let names = try context.list("predictors")
    let responseNames = Set(responses.map(\.name))
    if names.isEmpty {
      predictors = all.filter { !responseNames.contains($0.name) }
    } else {
      predictors = try context.openTable("table", columns: names).columns
    }
    if let both = predictors.first(where: { responseNames.contains($0.name) }) {
      throw KilnError(
        .taskFailed, "`\(both.name)` is both a response and a predictor",
        fix: "leave it out of `predictors`")
    }
    guard !predictors.isEmpty else {
      throw KilnError(.taskFailed, "there is no column left that could explain the response")
    }
  }
}
