import Base
import Formats
import LinearAlgebra
import Statistics

/// `data.predict`: a model that an earlier job left, applied to other rows.
struct DataPredict: Kernel {
  let name = "data.predict"

  var libraries: [String: String] { ["OpenBLAS": BLAS.version] }

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    BLAS.useThreads(1)
    let file = try ModelFile(context)
    context.summary.set("model_kernel", file.kernel)
    switch file.kernel {
    case "data.regress": try PredictedRows(context, file).write(LinearModel(regression: file))
    case "data.pls": try PredictedRows(context, file).write(LinearModel(calibration: file))
    case "data.fit": try PredictedRows(context, file).write(CurveModel(file))
    case "data.pca":
      let (model, columns) = try file.components()
      let rows = try MultivariateRows(
        context, input: "table", selection: columns.map(\.name))
      try MonitoringRun(model, columns, isNew: true, context).run(rows)
      context.summary.set("rows_left_out", Double(rows.leftOut))
    case _:
      throw KilnError(
        .taskFailed, "the model is of `\(file.kernel)`, which this kernel does not apply",
        at: file.path, fix: "use the model.json of data.regress, data.pls, data.fit or data.pca")
    }
    clock.summarise(context)
  }
}

/// A model that can say something about each row of a table.
protocol RowModel {
  /// Columns of the table that it needs, and those among them that hold labels.
  var columns: [String] { get }
  var labels: [String] { get }

  /// Labels that it knows, by the place of their column among ``columns``; columns that it says nothing
  /// of are not among them.
  var knownLabels: [Int: Set<String>] { get }

  /// What it says of a row: name and unit.
  var results: [Column] { get }

  /// Computes the results of the rows of a block: by columns.
  ///
  /// - Parameter levels: the labels behind the numbers of a column, by its place among ``columns``.
  func predict(_ rows: MatrixView, levels: (Int) -> [String]) throws(KilnError) -> [[Double]]
}

extension RowModel {
  var knownLabels: [Int: Set<String>] { [:] }
}

/// Reads the rows that a model needs, and writes what it says of them.
struct PredictedRows {
  private let context: KernelContext
  private let units: ModelUnits
  private let dropsMissing: Bool

  init(_ context: KernelContext, _ file: ModelFile) throws(KilnError) {
    (self.context, units) = (context, ModelUnits(file))
    dropsMissing = try context.text("missing") == "drop"
  }

  func write(_ model: some RowModel) throws {
    let table = try context.openTable("table", columns: model.columns, labels: model.labels)
    try units.check(table.columns, of: "table")
    let out = try context.tableOutput("predictions.csv", [Column("row")] + model.results)
    let array = try context.arrayOutput("predictions.npy", columns: model.results.count)
    var block = TableBlock(rows: 1024, columns: model.columns.count)
    let flags = Buffer(repeating: 0.0, count: block.capacity)
    var (seen, leftOut, unknown, sum) = (0, 0, 0, 0.0)
    while true {
      try context.checkCancelled()
      try table.read(into: &block)
      guard block.rows > 0 else { break }
      let rows = block.view
      RowScreen.mark(rows, flags.view)
      try refuse(rows, flags.view, table, rowsBefore: seen)
      let results = try model.predict(rows) { table.levels(of: $0) }
      let strangers = model.knownLabels.map { column, known in
        (column: column, levels: table.levels(of: column).map { !known.contains($0) })
      }
      for row in 0..<block.rows {
        guard flags.view[row] == 0 else {
          leftOut += 1
          continue
        }
        if strangers.contains(where: { $0.levels[Int(rows[row, $0.column])] }) { unknown += 1 }
        let numbers = results.map { $0[row] }
        sum += numbers[0]
        try out.append([Double(seen + row + 1)] + numbers)
        try array.append(numbers)
      }
      seen += block.rows
      if let share = table.fractionRead { context.progress("predict", fraction: share) }
    }
    try out.finish()
    try array.finish()
    context.summary.set("rows_predicted", Double(seen - leftOut))
    context.summary.set("rows_left_out", Double(leftOut))
    if !model.knownLabels.isEmpty { context.summary.set("unknown_labels", Double(unknown)) }
    context.summary.set("mean_prediction", sum / Double(seen - leftOut))
  }

  /// Throws at the first row that may not be left out.
  private func refuse(
    _ rows: MatrixView, _ flags: MutableView<Double>, _ table: any TableReader, rowsBefore: Int
  ) throws(KilnError) {
    for row in 0..<rows.rows where flags[row] != 0 {
      for column in 0..<rows.columns {
        let value = rows[row, column]
        if value.isFinite || value.isNaN && dropsMissing { continue }
        throw KilnError(
          .taskFailed,
          "\(value.isNaN ? "a number is missing" : "the number is infinite") in row "
            + "\(rowsBefore + row + 1), column `\(table.columns[column].name)`",
          fix: value.isNaN ? "set `missing: drop` to leave such rows out" : nil)
      }
    }
  }
}
