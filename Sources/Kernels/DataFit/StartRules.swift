import Base
import Glibc
import LinearAlgebra
import Statistics

/// Start values of every group: formulas of numbers and of what a column says about the group.
struct StartRules {
  private struct Rule {
    let name: String
    let aggregates: [(function: String, column: String)]
    /// Evaluates the formula with the aggregates as parameters.
    let formula: CurveFitter
    let bounds: (lower: Double, upper: Double)
  }

  private let rules: [Rule]
  private let row = DenseRow()

  init(_ plan: FitPlan) {
    rules = plan.parameters.indices.map { index in
      let names = plan.starts[index].names
      return Rule(
        name: plan.parameters[index], aggregates: names.compactMap { FitLists.aggregate($0) },
        formula: CurveFitter(Tape(plan.starts[index], parameters: names, variables: [])),
        bounds: (plan.lower[index], plan.upper[index]))
    }
  }

  /// The given start of a group, with what it says about columns put in, within the bounds.
  func start(_ group: Int, of table: FitTable) throws(KilnError) -> [Double] {
    var numbers: [Double] = []
    for rule in rules {
      let known = rule.aggregates.map { aggregate in
        Self.value(aggregate.function, table.values(of: aggregate.column, in: group))
      }
      let value = rule.formula.values(known, row.view)[0]
      guard value.isFinite else {
        throw KilnError(
          .taskFailed, "the start of `\(rule.name)` is not a finite number",
          fix: "use numbers and min, max, mean, median, geomean, first, last of a column")
      }
      let (lower, upper) = rule.bounds
      guard value >= lower, value <= upper else {
        let name = table.groups[group]
        let place = name.isEmpty ? "" : " in group `\(name)`"
        throw KilnError(
          .taskFailed,
          "the start of `\(rule.name)`\(place), \(value), lies outside of its bounds, "
            + "\(lower) .. \(upper)", fix: "start within them, or widen `bounds`")
      }
      numbers.append(value)
    }
    return numbers
  }

  /// One row without variables.
  private final class DenseRow {
    private let matrix = DenseMatrix(rows: 1, columns: 0)
    var view: MatrixView { matrix.view }
  }

  private static func value(_ function: String, _ values: ArraySlice<Double>) -> Double {
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
