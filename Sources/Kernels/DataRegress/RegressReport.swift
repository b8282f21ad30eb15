import Base
import Formats
import LinearAlgebra
import Plots
import Statistics

/// Everything that a regression leaves: tables, model, figure, summary.
struct RegressReport {
  let plan: RegressPlan
  private(set) var fit: RegressionFit
  private let context: KernelContext
  private(set) var point: RidgePath.Point?

  /// Set: the coefficients are those of the best penalty.
  var ridge: RidgePath? {
    didSet {
      point = ridge?.best
      if let point { fit = fit.replacing(coefficients: point.coefficients) }
    }
  }

  init(_ plan: RegressPlan, _ fit: RegressionFit, _ context: KernelContext) {
    self.plan = plan
    self.fit = fit
    self.context = context
  }

  private var names: [String] { plan.model.terms.map(plan.name) }

  // MARK: Rows

  /// The pass for residuals and influence.
  func diagnose(_ rows: RegressRows, table: Bool) throws {
    var diagnostics = RegressionDiagnostics(fit)
    let unit = plan.response.unit
    let columns = [
      Column("observed", unit: unit), Column("fitted", unit: unit), Column("residual", unit: unit),
      Column("leverage"), Column("studentised_residual"), Column("cook_distance"),
    ]
    let text = table ? try context.tableOutput("rows.csv", columns) : nil
    let array = table ? try context.arrayOutput("rows.npy", columns: columns.count) : nil
    try rows.forEachBlock { block in
      var lines: [[Double]] = []
      diagnostics.add(block) { _, row in
        guard table else { return }
        lines.append([
          row.observed, row.fitted, row.residual, row.leverage, row.studentised, row.cook,
        ])
      }
      for line in lines {
        try text?.append(line)
        try array?.append(line)
      }
    }
    try text?.finish()
    try array?.finish()
    context.summary.set("durbin_watson", diagnostics.durbinWatson)
    for (name, extreme) in [
      ("largest_cook_distance", diagnostics.largestCook),
      ("largest_leverage", diagnostics.largestLeverage),
      ("largest_studentised_residual", diagnostics.largestResidual),
    ] {
      context.summary.set(name, extreme.value)
      context.summary.set("\(name)_row", Double(extreme.row))
    }
  }

  // MARK: Coefficients

  func write(sample: RowSample) throws {
    try writeCoefficients()
    try context.write("model.json", modelFile())
    if let ridge { try writeRidge(ridge) }
    try context.figure("fit.svg", RegressFigure(plan, fit, sample).figure(subtitle: sentence))
    summarise()
  }

  private func writeCoefficients() throws {
    let margin = fit.margin(confidence: plan.confidence)
    let errors = point?.standardErrors ?? fit.standardErrors
    let table = try context.tableOutput(
      "coefficients.csv",
      [
        "term", "unit", "coefficient", "standard_error", "t", "p", "lower", "upper",
        "variance_inflation",
      ].map { Column($0) })
    for (index, name) in names.enumerated() {
      let value = fit.coefficients[index]
      let isPlain = point == nil
      try table.append([
        .text(name), .text(plan.unit(plan.model.terms[index]) ?? ""), .number(value),
        .number(errors[index]),
        .number(isPlain ? fit.t(index) : .nan), .number(isPlain ? fit.probability(index) : .nan),
        .number(isPlain ? value - margin * errors[index] : .nan),
        .number(isPlain ? value + margin * errors[index] : .nan),
        .number(fit.varianceInflation[index]),
      ])
    }
    try table.finish()
    try context.arrayOutput(
      "coefficients.npy", zip(fit.coefficients, errors).flatMap { [$0, $1] },
      shape: [names.count, 2])
  }

  private func writeRidge(_ ridge: RidgePath) throws {
    let head = ["penalty", "effective_degrees", "residual_sum", "cross_validation"]
    let table = try context.tableOutput("ridge.csv", (head + names).map { Column($0) })
    for point in ridge.points {
      try table.append(
        [point.penalty, point.effectiveDegrees, point.residualSum, point.crossValidation]
          + point.coefficients)
    }
    try table.finish()
  }

  // MARK: Model and summary

  private func modelFile() -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("kernel")
    writer.string("data.regress")
    writer.key("response")
    writer.string(plan.response.name)
    if let unit = plan.response.unit {
      writer.key("unit")
      writer.string(unit)
    }
    ModelUnits(plan.columns.filter { $0.name != plan.response.name }).write(into: &writer)
    writer.key("terms")
    writer.beginArray()
    for (index, term) in plan.model.terms.enumerated() {
      writer.beginObject()
      writer.key("name")
      writer.string(names[index])
      writer.key("powers")
      writer.beginObject()
      for power in term.powers {
        writer.key(plan.names[power.column])
        writer.integer(power.exponent)
      }
      writer.endObject()
      writer.key("levels")
      writer.beginObject()
      for indicator in term.indicators {
        let column = plan.names[indicator.column]
        writer.key(column)
        writer.string(plan.formula.levels[column]?[indicator.level] ?? "")
      }
      writer.endObject()
      writer.key("coefficient")
      writer.number(fit.coefficients[index])
      writer.endObject()
    }
    writer.endArray()
    if !plan.labels.isEmpty {
      // The reference levels, which no term names, are among them.
      writer.key("levels")
      writer.beginObject()
      for column in plan.labels { writer.list(column, plan.formula.levels[column] ?? []) }
      writer.endObject()
    }
    for (name, number) in [
      ("rows", Double(fit.count)), ("degrees_of_freedom", Double(fit.degrees)),
      ("residual_deviation", fit.residualDeviation), ("confidence", plan.confidence),
    ] {
      writer.key(name)
      writer.number(number)
    }
    if point == nil {
      writer.key("covariance")
      writer.beginArray()
      let size = names.count
      for row in 0..<size {
        writer.beginArray()
        for column in 0..<size { writer.number(fit.covariance[row + column * size]) }
        writer.endArray()
      }
      writer.endArray()
    } else if let point {
      writer.key("ridge_penalty")
      writer.number(point.penalty)
    }
    writer.endObject()
    writer.newline()
    return writer.bytes
  }

  /// The fit and its conventions in a line.
  private var sentence: String {
    let about = plan.model.hasIntercept ? "" : " (about zero)"
    let method =
      point.map { "ridge, λ = \(short($0.penalty))" }
      ?? (plan.model.weight == nil ? "least squares" : "weighted least squares")
    return "\(method); \(fit.count) rows, \(names.count) terms; R² = \(short(rSquared))\(about); "
      + "residual deviation \(short(deviation))"
  }

  private var rSquared: Double {
    point.map { 1 - $0.residualSum / fit.totalSum } ?? fit.rSquared
  }

  private var deviation: Double {
    point.map { ($0.residualSum / (Double(fit.count) - $0.effectiveDegrees)).squareRoot() }
      ?? fit.residualDeviation
  }

  private func short(_ number: Double) -> String { RegressFigure.short(number) }

  private func summarise() {
    let unit = plan.response.unit
    context.summary.set("rows", Double(fit.count))
    context.summary.set("terms", Double(names.count))
    context.summary.set("rank", Double(fit.rank))
    context.summary.set("method", point == nil ? "blocked QR" : "ridge from blocked QR")
    context.summary.set(
      "r_squared_about", plan.model.hasIntercept ? "mean" : "zero (no intercept)")
    context.summary.set("r_squared", rSquared)
    context.summary.set("residual_deviation", deviation, unit: unit)
    context.summary.set("residual_sum_of_squares", point?.residualSum ?? fit.residualSum)
    context.summary.set("condition", fit.condition)
    if let point {
      context.summary.set("ridge_penalty", point.penalty)
      context.summary.set("effective_degrees", point.effectiveDegrees)
      context.summary.set("ridge_units", plan.isStandardised ? "standardised (divisor n)" : "raw")
    } else {
      context.summary.set("adjusted_r_squared", fit.adjustedRSquared)
      context.summary.set("degrees_of_freedom", Double(fit.degrees))
      context.summary.set("f_ratio", fit.fRatio)
      context.summary.set("f_probability", fit.fProbability)
      context.summary.set("log_likelihood", fit.logLikelihood)
      context.summary.set("aic", fit.akaike)
      context.summary.set("bic", fit.bayes)
    }
    if !fit.relations.isEmpty {
      let sums = fit.relations.map { relation in
        relation.map { "\(short($0.factor))·\(names[$0.term])" }.joined(separator: " + ") + " ≈ 0"
      }
      context.summary.set(
        "dependent_terms",
        sums.joined(separator: "; ") + ": the coefficients of these terms are one choice of many")
    }
  }
}
