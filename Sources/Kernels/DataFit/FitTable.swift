import Base
import Formats
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
    let flags = Buffer(repeating: 0.0, count: block.capacity)
    var leftOut = 0
    var seen = 0
    while true {
      try context.checkCancelled()
      try table.read(into: &block)
      guard block.rows > 0 else { break }
      if RowScreen.areFinite(block.view) {
        for column in raw.indices { raw[column] += block.column(column).copy(first: block.rows) }
      } else {
        RowScreen.mark(block.view, flags.view)
        for row in 0..<block.rows {
          if flags.view[row] != 0 {
            try Self.refuse(block, row, rowsBefore: seen, plan)
            leftOut += 1
          } else {
            for column in raw.indices { raw[column].append(block.column(column)[row]) }
          }
        }
      }
      seen += block.rows
    }
    self.leftOut = leftOut
    let count = raw.first?.count ?? 0
    let group = plan.group.flatMap { group in plan.columns.firstIndex(of: group) }
    let names = group.map { table.levels(of: $0) } ?? [""]
    let order = Self.order(group.map { raw[$0] }, rows: count, levels: names.count)
    let present = names.indices.filter { !order.ranges[$0].isEmpty }
    groups = present.map { names[$0] }
    ranges = present.map { order.ranges[$0] }
    var sorted: [String: [Double]] = [:]
    for (index, column) in plan.columns.enumerated() {
      let values = raw[index]
      sorted[column.name] = group == nil ? values : order.rows.map { values[$0] }
    }
    columns = sorted
    numbers = DenseMatrix(rows: count, columns: plan.variables.count + 2)
    try fill(sorted)
  }

  /// Throws unless rows like this one may be left out.
  private static func refuse(
    _ block: borrowing TableBlock, _ row: Int, rowsBefore: Int, _ plan: FitPlan
  ) throws(KilnError) {
    for (index, column) in plan.columns.enumerated() {
      let value = block.column(index)[row]
      if value.isFinite || (plan.dropsMissing && value.isNaN) { continue }
      throw KilnError(
        .taskFailed,
        "\(value.isNaN ? "a number is missing" : "the number is infinite") in row "
          + "\(rowsBefore + row + 1), column `\(column.name)`",
        fix: value.isNaN ? "set `missing: drop` to leave such rows out" : nil)
    }
  }

  /// Rows by group, in the file's order within each, and where each group lies; one group without labels.
  private static func order(
    _ labels: [Double]?, rows: Int, levels: Int
  ) -> (rows: [Int], ranges: [Range<Int>]) {
    guard let labels else { return ([], [0..<rows]) }
    var starts = [Int](repeating: 0, count: levels + 1)
    for label in labels { starts[Int(label) + 1] += 1 }
    for level in 0..<levels { starts[level + 1] += starts[level] }
    let ranges = (0..<levels).map { starts[$0]..<starts[$0 + 1] }
    var order = [Int](repeating: 0, count: rows)
    for row in 0..<rows {
      let level = Int(labels[row])
      order[starts[level]] = row
      starts[level] += 1
    }
    return (order, ranges)
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

  /// Values of a column in a group.
  func values(of column: String, in group: Int) -> ArraySlice<Double> {
    columns[column]?[ranges[group]] ?? []
  }
}
