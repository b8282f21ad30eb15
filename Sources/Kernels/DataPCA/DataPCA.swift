import Base
import Formats
import Glibc
import LinearAlgebra
import Statistics

/// `data.pca`: components from one pass over the table, scores and monitoring from another.
struct DataPCA: Kernel {
  let name = "data.pca"

  var libraries: [String: String] { ["OpenBLAS": BLAS.version] }

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    BLAS.useThreads(1)
    let list = try context.list("columns")
    let rows = try MultivariateRows(
      context, input: "table", selection: list.isEmpty ? nil : list)
    let preparation = try Self.preparation(context, columns: rows.columns.count)
    let share = try context.number("share")
    let number = try context.integer("components")
    let wish: PrincipalComponents.Wish = number > 0 ? .number(number) : .share(share)
    context.progress("components", fraction: 0)
    let model = try Self.model(rows, preparation, wish, context)
    context.summary.set("rows_left_out", Double(rows.leftOut))
    let reading = rows.reading
    context.summary.set(
      "model_seconds", (clock.wall - reading.wall).value, unit: "s")
    context.summary.set(
      "model_processor_seconds", (clock.processor - reading.processor).value, unit: "s")
    try ComponentTables(model, rows.columns, context).write()
    try context.checkCancelled()
    context.progress("scores", fraction: 0)
    let hasNew = try context.inputIfPresent("new") != nil
    let judged =
      hasNew
      ? try MultivariateRows(context, input: "new", selection: rows.columns.map(\.name)) : rows
    try MonitoringRun(model, rows.columns, isNew: hasNew, context).run(judged)
    reading.summarise(context, part: "read")
    clock.summarise(context)
  }

  private static func preparation(
    _ context: KernelContext, columns: Int
  ) throws(KilnError) -> PrincipalComponents.Preparation {
    let scaling = Scaling(rawValue: try context.text("scaling")) ?? .standardise
    var weights: [Double] = []
    let text = try context.text("latitudes")
    if !text.isEmpty {
      let numbers = text.split(separator: ":").compactMap { Double($0) }
      guard numbers.count == 3, let count = Int(exactly: numbers[2]), count >= 1,
        columns % count == 0, numbers.prefix(2).allSatisfy({ abs($0) <= 90 })
      else {
        throw KilnError(
          .taskFailed, "`latitudes` must be `first:last:count`, not `\(text)`",
          fix: "the count must divide the number of columns (\(columns)), latitudes lie within 90")
      }
      weights = (0..<columns).map { column in
        let place = Double(column % count) / Double(max(1, count - 1))
        let latitude = numbers[0] + (numbers[1] - numbers[0]) * place
        return max(0, cos(latitude * .pi / 180)).squareRoot()
      }
    }
    return PrincipalComponents.Preparation(
      scaling: scaling, isPopulation: try context.text("deviation") == "population",
      weights: weights)
  }

  private static func model(
    _ rows: MultivariateRows, _ preparation: PrincipalComponents.Preparation,
    _ wish: PrincipalComponents.Wish, _ context: KernelContext
  ) throws -> PrincipalComponents {
    let count = rows.columns.count
    do {
      // A table with more columns than rows is found out after as many rows.
      if count > wideMin {
        if let model = try wide(rows, preparation, wish) { return model }
      }
      var gathered = CovarianceAccumulator(columns: count)
      try rows.forEachBlock { block, _ in gathered.add(block) }
      guard gathered.rows >= 3 else { throw tooFew(gathered.rows) }
      let method = try context.text("method")
      let model = try PrincipalComponents(gathered, preparation, keeping: wish)
      guard method == "orthogonal" || (method == "auto" && !model.isCovarianceExact) else {
        if !model.isCovarianceExact {
          context.summary.set(
            "notice",
            "the smallest kept variances have lost digits; `method: orthogonal` keeps them")
        }
        return model
      }
      let factor = TriangularFactor(order: count)
      try rows.forEachBlock { block, _ in
        PrincipalComponents.prepare(block, (model.means, model.factors))
        factor.eliminate(block)
      }
      return try PrincipalComponents(
        factor, rows: model.rows, prepared: (model.means, model.factors), keeping: wish)
    } catch let error as DenseError {
      throw KilnError(.taskFailed, error.message)
    }
  }

  /// Columns from which on a table may be wide; below, products are cheap anyway.
  private static let wideMin = 200

  /// Decomposes the table itself if it has no more rows than columns.
  private static func wide(
    _ rows: MultivariateRows, _ preparation: PrincipalComponents.Preparation,
    _ wish: PrincipalComponents.Wish
  ) throws -> PrincipalComponents? {
    struct IsTall: Error {}
    var columns = [[Double]](repeating: [], count: rows.columns.count)
    do {
      try rows.forEachBlock { block, _ in
        for index in columns.indices {
          columns[index] += block.column(index).copy(first: block.rows)
        }
        if columns[0].count > columns.count { throw IsTall() }
      }
    } catch is IsTall {
      return nil
    }
    let count = columns[0].count
    guard count >= 3 else { throw tooFew(count) }
    let table = DenseMatrix(rows: count, columns: columns.count, columns.flatMap { $0 })
    columns = []
    return try PrincipalComponents(overwriting: table.view, preparation, keeping: wish)
  }

  private static func tooFew(_ rows: Int) -> KilnError {
    KilnError(.taskFailed, "the table has \(rows) complete rows; components need at least 3")
  }
}
