import Base
import Formats
import LinearAlgebra
import Statistics

/// The rows of the table that take part, block after block, as often as they are asked for.
final class RegressRows {
  /// Rows without a number somewhere, or of weight 0, in one pass.
  private(set) var leftOut = 0
  /// Inside the reader, of all passes.
  private(set) var reading = PartTime()
  private let plan: RegressPlan
  private let context: KernelContext

  init(_ plan: RegressPlan, _ context: KernelContext) {
    self.plan = plan
    self.context = context
  }

  /// Calls with finite numbers and positive weights only.
  func forEachBlock(_ body: (MatrixView) throws -> Void) throws {
    let table = try context.openTable("table", columns: plan.names, labels: plan.labels)
    var block = TableBlock(rows: RegressionAccumulator.blockRows, columns: plan.columns.count)
    let flags = Buffer(repeating: 0.0, count: block.capacity)
    var seen = 0
    leftOut = 0
    while true {
      try context.checkCancelled()
      let clock = KernelClock()
      try table.read(into: &block)
      reading.add(since: clock)
      guard block.rows > 0 else { return }
      let kept = try clean(&block, flags.view, rowsBefore: seen)
      seen += block.rows
      if kept > 0 { try body(block.view.part(0..<kept, 0..<block.columns)) }
      if seen % (1 << 16) < block.rows, let total = table.rowCount, total > 0 {
        context.progress("read", fraction: Double(seen) / Double(total))
      }
    }
  }

  /// Moves the rows that take part to the front and tells how many they are.
  private func clean(
    _ block: inout TableBlock, _ flags: MutableView<Double>, rowsBefore: Int
  ) throws(KilnError) -> Int {
    let rows = block.rows
    if plan.model.weight == nil, RowScreen.areFinite(block.view) { return rows }
    RowScreen.mark(block.view, flags)
    let weights = plan.model.weight.map { block.column($0) }
    var kept = 0
    for row in 0..<rows {
      if flags[row] != 0 {
        try refuse(block, row, rowsBefore: rowsBefore)
        leftOut += 1
        continue
      }
      if let weight = weights?[row] {
        guard weight >= 0 else {
          throw KilnError(
            .taskFailed, "the weight in row \(rowsBefore + row + 1) is negative: \(weight)",
            fix: "weights are inversely proportional to variances")
        }
        if weight == 0 {
          leftOut += 1
          continue
        }
      }
      if kept < row {
        for index in plan.columns.indices {
          let column = block.column(index)
          column[kept] = column[row]
        }
      }
      kept += 1
    }
    return kept
  }

  /// Throws unless rows like this one may be left out.
  private func refuse(
    _ block: borrowing TableBlock, _ row: Int, rowsBefore: Int
  ) throws(KilnError) {
    for (index, column) in plan.columns.enumerated() {
      let value = block.column(index)[row]
      let place = "row \(rowsBefore + row + 1), column `\(column.name)`"
      if value.isInfinite {
        throw KilnError(.taskFailed, "the number in \(place) is infinite")
      }
      if value.isNaN, !plan.dropsMissing {
        throw KilnError(
          .taskFailed, "a number is missing in \(place)",
          fix: "set `missing: drop` to leave such rows out, or leave the column out")
      }
    }
  }
}

/// Every k-th row, so that a figure of a long table needs no second pass.
struct RowSample {
  private(set) var rows: [[Double]] = []
  private let columns: Int
  private var step = 1
  private var seen = 0
  /// The row, counted over all blocks, that is taken next: a multiple of the step.
  private var next = 0

  /// Rows that are kept at most.
  private static let most = 4000

  init(columns: Int) { self.columns = columns }

  mutating func add(_ block: MatrixView) {
    while next < seen + block.rows {
      rows.append((0..<columns).map { block[next - seen, $0] })
      next += step
      guard rows.count == Self.most else { continue }
      rows = Swift.stride(from: 0, to: rows.count, by: 2).map { rows[$0] }
      step *= 2
    }
    seen += block.rows
  }

  /// How many rows one of the sample stands for.
  var stride: Int { step }
}
