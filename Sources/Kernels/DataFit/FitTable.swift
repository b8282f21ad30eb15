import Base
import Formats
import Glibc
import LinearAlgebra
import Statistics

/// The rows of all groups in memory, group after group.
final class FitTable {
  /// Names of the groups in order of first appearance; one empty name without a group column.
  let groups: [String]
  /// Rows of each group.
  let ranges: [Range<Int>]
  let leftOut: Int
  private let plan: FitPlan
  /// Columns: the variables of the model, the response, 1 / sigma.
  private let numbers: DenseMatrix
  /// The columns that start values refer to, by name.
  private let columns: [String: [Double]]

  init(_ plan: FitPlan, _ context: KernelContext) throws {
    self.plan = plan
    var raw = [[Double]](repeating: [], count: plan.columns.count)
    let labels = plan.group.map { [$0.name] } ?? []
    let table = try context.openTable("table", columns: plan.columns.map(\.name), labels: labels)
    var block = TableBlock(rows: 4096, columns: plan.columns.count)
    var leftOut = 0
    var seen = 0
    while true {
      try context.checkCancelled()
      try table.read(into: &block)
      guard block.rows > 0 else { break }
      for row in 0..<block.rows {
        let values = raw.indices.map { block.column($0)[row] }
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
          guard plan.dropsMissing, values[bad].isNaN else {
            throw KilnError(
              .taskFailed,
              "\(values[bad].isNaN ? "a number is missing" : "the number is infinite") in row "
                + "\(seen + row + 1), column `\(plan.columns[bad].name)`",
              fix: values[bad].isNaN ? "set `missing: drop` to leave such rows out" : nil)
          }
          leftOut += 1
          continue
        }
        for column in raw.indices { raw[column].append(values[column]) }
      }
      seen += block.rows
    }
    self.leftOut = leftOut
    let count = raw.first?.count ?? 0
    let groupIndex = plan.group.flatMap { group in plan.columns.firstIndex(of: group) }
    let names = groupIndex.map { table.levels(of: $0) } ?? [""]
    var members = [[Int]](repeating: [], count: names.count)
    for row in 0..<count { members[groupIndex.map { Int(raw[$0][row]) } ?? 0].append(row) }
    let present = names.indices.filter { !members[$0].isEmpty }
    groups = present.map { names[$0] }
    var ranges: [Range<Int>] = []
    for index in present {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<(start + members[index].count))
    }
    self.ranges = ranges
    let order = present.flatMap { members[$0] }
    var sorted: [String: [Double]] = [:]
    for (index, column) in plan.columns.enumerated() {
      let values = raw[index]
      sorted[column.name] = order.map { values[$0] }
    }
    columns = sorted
    numbers = DenseMatrix(rows: count, columns: plan.variables.count + 2)
    try fill(sorted)
  }

  private func fill(_ sorted: [String: [Double]]) throws {
    let count = numbers.rows
    for (index, variable) in plan.variables.enumerated() {
      let column = numbers.view.column(index)
      for (row, value) in (sorted[variable.name] ?? []).enumerated() { column[row] = value }
    }
    let names = plan.response.names
    let fitter = CurveFitter(Tape(plan.response, parameters: [], variables: names))
    let sources = DenseMatrix(
      rows: count, columns: names.count, names.flatMap { sorted[$0] ?? [] })
    let response = numbers.view.column(plan.variables.count)
    for (row, value) in fitter.values([], sources.view).enumerated() {
      guard value.isFinite else {
        throw KilnError(
          .taskFailed,
          "the response `\(plan.responseText)` is \(value) for the values "
            + names.map { "\($0) = \((sorted[$0] ?? [])[row])" }.joined(separator: ", "))
      }
      response[row] = value
    }
    guard let sigma = plan.sigma else { return }
    let weights = numbers.view.column(plan.variables.count + 1)
    for (row, value) in (sorted[sigma.name] ?? []).enumerated() {
      guard value > 0 else {
        throw KilnError(
          .taskFailed, "a standard deviation in column `\(sigma.name)` is \(value)",
          fix: "standard deviations are positive")
      }
      weights[row] = 1 / value
    }
  }

  func data(_ group: Int) -> CurveData {
    let rows = ranges[group]
    let part = numbers.view.part(rows, 0..<numbers.columns)
    let variables = part.part(0..<rows.count, 0..<plan.variables.count)
    return CurveData(
      variables: variables, response: part.column(plan.variables.count),
      rootWeights: plan.sigma == nil ? nil : part.column(plan.variables.count + 1))
  }

  // MARK: Starts

  /// The given start of a group, with what it says about columns put in.
  func start(_ group: Int) throws -> [Double] {
    try zip(plan.parameters, plan.starts).map { name, expression in
      let value = expression.replacing { name in
        guard let aggregate = FitLists.aggregate(name),
          let column = columns[aggregate.column]
        else { return nil }
        return .number(Self.value(aggregate.function, Array(column[ranges[group]])))
      }.constant
      guard let value, value.isFinite else {
        throw KilnError(
          .taskFailed, "the start of `\(name)` is not a finite number",
          fix: "use numbers and min, max, mean, median, geomean, first, last of a column")
      }
      return value
    }
  }

  private static func value(_ function: String, _ values: [Double]) -> Double {
    let count = Double(values.count)
    switch function {
    case "min": return values.min() ?? .nan
    case "max": return values.max() ?? .nan
    case "mean": return values.reduce(0, +) / count
    case "geomean":
      let positive = values.filter { $0 > 0 }
      return exp(positive.reduce(0) { $0 + log($1) } / Double(positive.count))
    case "median":
      let sorted = values.sorted()
      let middle = values.count / 2
      return values.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    case "first": return values.first ?? .nan
    case "last": return values.last ?? .nan
    case _: return .nan
    }
  }
}
