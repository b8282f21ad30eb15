import Base
import Formats
import LinearAlgebra
import Plots
import Statistics

/// Tables, scalars and figure of a calibration.
struct LatentReport {
  let columns: LatentColumns
  let regression: LatentRegression
  let errors: CalibrationErrors
  /// Components of the model that was chosen.
  let components: Int

  private var isValidated: Bool { !errors.validation.isEmpty }

  func write(_ x: MatrixView, _ y: MatrixView, _ context: KernelContext) throws(KilnError) {
    let fitted = regression.predict(x, components)
    try writeCoefficients(context)
    try writeErrors(context)
    try writePredictions(y, fitted, context)
    let model = regression.model
    let rows = regression.rows
    var scores: [Double] = []
    for row in 0..<rows {
      for component in 0..<components { scores.append(model.scores[component * rows + row]) }
    }
    try context.arrayOutput("scores.npy", scores, shape: [rows, components])
    summarise(y, fitted, context)
    try context.figure("pls.svg", figure(y, fitted))
  }

  private func writeCoefficients(_ context: KernelContext) throws(KilnError) {
    let (coefficients, constants) = regression.equation(components)
    let importance = regression.model.importance(components)
    let table = try context.tableOutput(
      "coefficients.csv",
      [Column("term"), Column("per")] + columns.responses.map { Column($0.name, unit: $0.unit) }
        + [Column("VIP")])
    var row: [TableWriter.Cell] = [.text("(constant)"), .text("")] + constants.map { .number($0) }
    row.append(.number(.nan))
    try table.append(row)
    let count = columns.predictors.count
    var array: [Double] = []
    for (index, column) in columns.predictors.enumerated() {
      let numbers = columns.responses.indices.map { coefficients[$0 * count + index] }
      array += numbers
      row = [.text(column.name), .text(column.unit ?? "")] + numbers.map { .number($0) }
      row.append(.number(importance[index]))
      try table.append(row)
    }
    try table.finish()
    try context.arrayOutput("coefficients.npy", array, shape: [count, columns.responses.count])
    try context.write("model.json", modelFile(coefficients, constants))
  }

  /// The calibration for `data.predict`.
  private func modelFile(_ coefficients: [Double], _ constants: [Double]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("kernel")
    writer.string("data.pls")
    writer.key("components")
    writer.integer(components)
    writer.list("predictors", columns.predictors.map(\.name))
    ModelUnits(columns.predictors).write(into: &writer)
    writer.key("responses")
    writer.beginArray()
    let count = columns.predictors.count
    for (index, response) in columns.responses.enumerated() {
      writer.beginObject()
      writer.key("name")
      writer.string(response.name)
      if let unit = response.unit {
        writer.key("unit")
        writer.string(unit)
      }
      writer.key("constant")
      writer.number(constants[index])
      writer.list("coefficients", Array(coefficients[(index * count)..<((index + 1) * count)]))
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    writer.newline()
    return writer.bytes
  }

  private func writeErrors(_ context: KernelContext) throws(KilnError) {
    var headings = [Column("components")]
    for response in columns.responses {
      headings += [
        Column("RMSEC \(response.name)", unit: response.unit),
        Column("RMSECV \(response.name)", unit: response.unit), Column("Q2 \(response.name)"),
      ]
    }
    let table = try context.tableOutput("errors.csv", headings)
    for count in 0...regression.model.components {
      var row = [Double(count)]
      for response in columns.responses.indices {
        row += [
          errors.calibration[response][count], validation(response, count),
          errors.predictivity(response, count),
        ]
      }
      try table.append(row)
    }
    try table.finish()
  }

  private func validation(_ response: Int, _ count: Int) -> Double {
    guard isValidated, count < errors.validation[response].count else { return .nan }
    return errors.validation[response][count]
  }

  private func writePredictions(
    _ y: MatrixView, _ fitted: [Double], _ context: KernelContext
  ) throws(KilnError) {
    var headings = [Column("row")]
    for response in columns.responses {
      headings += [
        Column(response.name, unit: response.unit),
        Column("fitted \(response.name)", unit: response.unit),
        Column("left out \(response.name)", unit: response.unit),
      ]
    }
    let table = try context.tableOutput("predictions.csv", headings)
    for row in 0..<y.rows {
      var numbers = [Double(row + 1)]
      for response in 0..<y.columns {
        numbers += [y[row, response], fitted[response * y.rows + row], leftOut(response, row)]
      }
      try table.append(numbers)
    }
    try table.finish()
  }

  private func leftOut(_ response: Int, _ row: Int) -> Double {
    guard isValidated, components < errors.leftOut.count else { return .nan }
    return errors.leftOut[components][response * regression.rows + row]
  }

  private func summarise(_ y: MatrixView, _ fitted: [Double], _ context: KernelContext) {
    context.summary.set("rows", Double(y.rows))
    context.summary.set("predictors", Double(columns.predictors.count))
    context.summary.set("components", Double(components))
    let unit = columns.responses[0].unit
    context.summary.set("rmsec", errors.calibration[0][components], unit: unit)
    let total = errors.calibration[0][0]
    let explained = errors.calibration[0][components] / total
    context.summary.set("r_squared", 1 - explained * explained)
    if isValidated {
      context.summary.set("rmsecv", validation(0, components), unit: unit)
      context.summary.set("q_squared", errors.predictivity(0, components))
    }
    context.summary.set(
      "conventions",
      "errors over n; Q2 against the mean of the rows kept; coefficients in the table's units")
  }

  // MARK: New rows

  /// Predicts the rows of `new`; responses that it has are compared.
  func predict(_ context: KernelContext) throws {
    let present = Set(try context.openTable("new").columns.map(\.name))
    let known = columns.responses.allSatisfy { present.contains($0.name) }
    let names = (known ? columns.names : columns.predictors.map(\.name))
    let rows = try MultivariateRows(context, input: "new", selection: names)
    try ModelUnits(columns.responses + columns.predictors).check(rows.columns, of: "new")
    var headings = [Column("row")]
    for (index, response) in columns.responses.enumerated() {
      let unit = response.unit ?? (known ? rows.columns[index].unit : nil)
      headings.append(Column("predicted \(response.name)", unit: unit))
      if known {
        headings += [
          Column(response.name, unit: unit), Column("residual \(response.name)", unit: unit),
        ]
      }
    }
    let table = try context.tableOutput("new.csv", headings)
    let count = known ? columns.responses.count : 0
    var squares = 0.0
    var seen = 0
    try rows.forEachBlock { block, numbers in
      let x = block.part(0..<block.rows, count..<block.columns)
      let predicted = regression.predict(x, components)
      for row in 0..<block.rows {
        var line = [Double(numbers[row])]
        for response in columns.responses.indices {
          let value = predicted[response * block.rows + row]
          line.append(value)
          if known { line += [block[row, response], block[row, response] - value] }
          if known, response == 0 {
            squares += (block[row, 0] - value) * (block[row, 0] - value)
          }
        }
        try table.append(line)
      }
      seen += block.rows
    }
    try table.finish()
    context.summary.set("rows_predicted", Double(seen))
    if known, seen > 0 {
      context.summary.set(
        "rmsep", (squares / Double(seen)).squareRoot(),
        unit: columns.responses[0].unit ?? rows.columns[0].unit)
    }
  }

  // MARK: Figure

  private func figure(_ y: MatrixView, _ fitted: [Double]) -> Figure {
    let response = columns.responses[0]
    let counts = (0...regression.model.components).map { Double($0) }
    var curves: [Series] = [.line("RMSEC", x: counts, y: errors.calibration[0])]
    if isValidated {
      let known = errors.validation[0]
      curves.append(.line("RMSECV", x: Array(counts.prefix(known.count)), y: known))
    }
    let measured = y.column(0).copy(first: y.rows)
    let own = Array(fitted.prefix(y.rows))
    let ends = [measured.min() ?? 0, measured.max() ?? 1]
    var clouds: [Series] = [.points("fitted", x: measured, y: own)]
    if isValidated {
      clouds.append(
        .points("left out", x: measured, y: (0..<y.rows).map { leftOut(0, $0) }))
    }
    clouds.append(.line("predicted = measured", x: ends, y: ends))
    let coefficients = regression.equation(components).coefficients
    let count = columns.predictors.count
    let names = columns.predictors.map(\.name)
    let places = (0..<count).map { Double($0) }
    let slopes = Array(coefficients.prefix(count))
    let isFew = count <= 30
    return Figure(
      "Partial least squares: \(response.name)",
      subtitle: "\(components) components, \(count) predictors, \(y.rows) rows",
      panels: [
        Panel(
          "Errors", x: Axis("components"), y: Axis("root mean square error", unit: response.unit),
          series: curves, marks: [.instant(Double(components), "chosen")]),
        Panel(
          "Predictions", x: Axis("measured \(response.name)", unit: response.unit),
          y: Axis("predicted \(response.name)", unit: response.unit), series: clouds),
        Panel(
          isFew ? "Importance" : "Coefficients",
          x: isFew ? Axis("predictor", .categories(names)) : Axis("predictor in the table's order"),
          y: isFew ? Axis("VIP") : Axis("coefficient"),
          series: [
            isFew
              ? .bars("", x: places, y: regression.model.importance(components))
              : .line("", x: places.map { $0 + 1 }, y: slopes)
          ], marks: isFew ? [.level(1, "average")] : [.level(0, "")]),
      ])
  }
}
