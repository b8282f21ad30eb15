import Base
import Formats
import LinearAlgebra
import Plots
import Statistics

/// `data.anova`: one or two factors of a table in memory.
struct DataAnova: Kernel {
  let name = "data.anova"

  var libraries: [String: String] { ["OpenBLAS": BLAS.version] }

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    BLAS.useThreads(1)
    let table = try VarianceTable(context)
    let report = VarianceReport(table, context)
    if table.factors.count == 1 {
      try report.writeOneWay()
    } else {
      try report.writeTwoWay()
    }
    context.summary.set("rows", Double(table.values.count))
    context.summary.set("rows_left_out", Double(table.leftOut))
    clock.summarise(context)
  }
}

/// Values with the level of each factor.
struct VarianceTable {
  let response: Column
  private(set) var values: [Double] = []
  private(set) var factors: [TwoWayVariance.Factor] = []
  /// Names of the levels of each factor.
  private(set) var levels: [[String]] = []
  private(set) var leftOut = 0

  init(_ context: KernelContext) throws {
    let names = try context.list("factors")
    guard names.count == 1 || names.count == 2 else {
      throw KilnError(
        .taskFailed, "`factors` names \(names.count) columns; one or two are analysed",
        fix: "name columns of groups, separated by commas")
    }
    let drops = try context.text("missing") == "drop"
    let wanted = [try context.text("response")] + names
    let table = try context.openTable("table", columns: wanted, labels: names)
    response = table.columns[0]
    var block = TableBlock(rows: 4096, columns: wanted.count)
    var groups = [[Int]](repeating: [], count: names.count)
    var row = 0
    while true {
      try context.checkCancelled()
      try table.read(into: &block)
      if block.rows == 0 { break }
      for place in 0..<block.rows {
        row += 1
        let numbers = wanted.indices.map { block.column($0)[place] }
        guard numbers.allSatisfy(\.isFinite) else {
          guard drops else {
            throw KilnError(
              .taskFailed, "row \(row) of the table has an empty cell",
              fix: "`missing: drop` leaves such rows out")
          }
          leftOut += 1
          continue
        }
        values.append(numbers[0])
        for factor in names.indices { groups[factor].append(Int(numbers[factor + 1])) }
      }
    }
    for factor in names.indices {
      let texts = table.levels(of: factor + 1)
      let used = Set(groups[factor]).sorted()
      guard used.count >= 2 else {
        throw KilnError(.taskFailed, "the factor `\(names[factor])` has fewer than two levels")
      }
      var numbers = [Int](repeating: -1, count: (used.last ?? 0) + 1)
      for (number, level) in used.enumerated() { numbers[level] = number }
      levels.append(used.map { $0 < texts.count ? texts[$0] : "\($0)" })
      factors.append(
        TwoWayVariance.Factor(
          name: names[factor], groups: groups[factor].map { numbers[$0] }, levels: used.count))
    }
    // Mean and effects of the levels; what is left are degrees of freedom of the residual.
    guard values.count > 1 + levels.reduce(0, { $0 + $1.count - 1 }) else {
      throw KilnError(
        .taskFailed, "\(values.count) values are too few for the levels of the factors")
    }
  }
}
