import Base
import Formats
import LinearAlgebra
import Statistics

/// Everything that fits leave: tables, figure, summary.
struct FitReport {
  let plan: FitPlan
  let fits: [CurveFit]
  private let context: KernelContext

  init(_ plan: FitPlan, _ fits: [CurveFit], _ context: KernelContext) {
    self.plan = plan
    self.fits = fits
    self.context = context
  }

  private var isAbsolute: Bool { plan.sigma != nil && plan.sigmaIsAbsolute }

  func write(_ table: FitTable, _ fitter: CurveFitter) throws {
    try writeParameters(table.groups)
    try context.write("model.json", modelFile(table.groups))
    try writeFits(table.groups)
    try writeHistory(table.groups)
    if fits.count == 1 { try writeCorrelation() }
    try writeRows(table, fitter)
    try context.figure("fit.svg", FitFigure(plan, fits).figure(table, fitter))
    summarise()
  }

  private func writeParameters(_ groups: [String]) throws {
    let head = ["group", "parameter", "value", "standard_error", "lower", "upper", "at_bound"]
    let table = try context.tableOutput("parameters.csv", head.map { Column($0) })
    var numbers: [Double] = []
    var margins: [Int: Double] = [:]
    for (group, fit) in zip(groups, fits) {
      let errors = fit.standardErrors(absolute: isAbsolute)
      let margin = margins[fit.degrees] ?? margin(fit)
      margins[fit.degrees] = margin
      for (index, name) in plan.parameters.enumerated() {
        let value = fit.parameters[index]
        try table.append([
          .text(group), .text(name), .number(value), .number(errors[index]),
          .number(value - margin * errors[index]), .number(value + margin * errors[index]),
          .number(fit.atBound[index] ? 1 : 0),
        ])
      }
      numbers += fit.parameters + errors
    }
    try table.finish()
    try context.arrayOutput(
      "parameters.npy", numbers, shape: [fits.count, 2 * plan.parameters.count])
  }

  /// Half the width of an interval in standard errors.
  private func margin(_ fit: CurveFit) -> Double {
    let tail = (1 - plan.confidence) / 2
    if isAbsolute { return NormalDistribution().upperQuantile(tail) }
    guard fit.degrees > 0 else { return .nan }
    return StudentDistribution(degrees: Double(fit.degrees)).upperQuantile(tail)
  }

  /// The formula and its parameters for `data.predict`.
  private func modelFile(_ groups: [String]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("kernel")
    writer.string("data.fit")
    writer.key("model")
    writer.string(plan.modelText)
    writer.key("response")
    writer.string(plan.responseText)
    if let unit = plan.responseUnit {
      writer.key("unit")
      writer.string(unit)
    }
    ModelUnits(plan.variables).write(into: &writer)
    if let group = plan.group {
      writer.key("group")
      writer.string(group.name)
    }
    writer.list("parameters", plan.parameters)
    writer.key("groups")
    writer.beginArray()
    for (group, fit) in zip(groups, fits) where fit.parameters.allSatisfy(\.isFinite) {
      writer.beginObject()
      writer.key("name")
      writer.string(group)
      writer.list("values", fit.parameters)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    writer.newline()
    return writer.bytes
  }

  private func writeFits(_ groups: [String]) throws {
    let head = [
      "group", "rows", "residual_sum_of_squares", "residual_deviation", "iterations",
      "evaluations", "converged", "reason",
    ]
    let table = try context.tableOutput("fits.csv", head.map { Column($0) })
    for (group, fit) in zip(groups, fits) {
      try table.append([
        .text(group), .number(Double(fit.count)), .number(fit.residualSum),
        .number(fit.residualDeviation), .number(Double(fit.iterations)),
        .number(Double(fit.evaluations)), .number(fit.hasConverged ? 1 : 0),
        .text(fit.reason.rawValue),
      ])
    }
    try table.finish()
  }

  /// Of a single fit, and of the groups that did not converge.
  private func writeHistory(_ groups: [String]) throws {
    let head = ["group", "step", "residual_sum_of_squares", "relative_change", "damping"]
    let table = try context.tableOutput(
      "history.csv", (head + plan.parameters).map { Column($0) })
    for (group, fit) in zip(groups, fits) where fits.count == 1 || !fit.hasConverged {
      for (index, step) in fit.history.enumerated() {
        let numbers =
          [Double(index + 1), step.residualSum, step.change, step.damping] + step.parameters
        try table.append([.text(group)] + numbers.map { TableWriter.Cell.number($0) })
      }
    }
    try table.finish()
  }

  private func writeCorrelation() throws {
    guard let fit = fits.first else { return }
    let size = plan.parameters.count
    let covariance = fit.covariance(absolute: isAbsolute)
    let table = try context.tableOutput(
      "correlation.csv", (["parameter"] + plan.parameters).map { Column($0) })
    for (row, name) in plan.parameters.enumerated() {
      let numbers = (0..<size).map { column in
        let scale = covariance[row * (size + 1)] * covariance[column * (size + 1)]
        return covariance[row + column * size] / scale.squareRoot()
      }
      try table.append([.text(name)] + numbers.map { TableWriter.Cell.number($0) })
    }
    try table.finish()
  }

  private func writeRows(_ table: FitTable, _ fitter: CurveFitter) throws {
    let unit = plan.responseUnit
    let head = [
      Column("group"), Column("observed", unit: unit), Column("fitted", unit: unit),
      Column("residual", unit: unit),
    ]
    let out = try context.tableOutput("rows.csv", head)
    for (group, fit) in fits.enumerated() {
      try context.checkCancelled()
      let data = table.data(group)
      for (row, value) in fitter.values(fit.parameters, data.variables).enumerated() {
        let observed = data.response[row]
        try out.append(table.groups[group], observed, value, observed - value)
      }
    }
    try out.finish()
  }

  private func summarise() {
    let converged = fits.filter(\.hasConverged).count
    context.summary.set("method", "Levenberg-Marquardt, exact derivatives")
    context.summary.set("model", plan.modelText)
    context.summary.set("groups", Double(fits.count))
    context.summary.set("converged", Double(converged))
    context.summary.set("rows", Double(fits.reduce(0) { $0 + $1.count }))
    context.summary.set("iterations", Double(fits.reduce(0) { $0 + $1.iterations }))
    context.summary.set(
      "residual_deviation",
      fits.map(\.residualDeviation).filter { !$0.isNaN }.max() ?? .nan, unit: plan.responseUnit)
    guard fits.count == 1, let fit = fits.first else { return }
    context.summary.set("residual_sum_of_squares", fit.residualSum)
    context.summary.set("degrees_of_freedom", Double(fit.degrees))
    context.summary.set("reason", fit.reason.rawValue)
    let errors = fit.standardErrors(absolute: isAbsolute)
    var writer = JSONWriter()
    writer.beginObject()
    for (index, name) in plan.parameters.enumerated() {
      writer.key(name)
      writer.beginObject()
      writer.key("value")
      writer.number(fit.parameters[index])
      writer.key("standard_error")
      writer.number(errors[index])
      writer.endObject()
    }
    writer.endObject()
    context.summary.set("parameters", json: writer.bytes)
  }
}

extension FitPlan {
  /// Where the response is a column as it is.
  var responseUnit: String? {
    guard case .name(let name) = response else { return nil }
    return columns.first { $0.name == name }?.unit
  }
}
