import Base
import Formats
import LinearAlgebra

/// Rows of a table for multivariate models: whole blocks of finite numbers, incomplete rows left out
/// or refused.
final class MultivariateRows {
  let columns: [Column]
  private let context: KernelContext
  private let input: String
  private let selection: [String]?
  private let dropsMissing: Bool
  private(set) var leftOut = 0
  /// Inside the reader, of all passes.
  private(set) var reading = PartTime()

  /// A block of a hundred columns stays in the processor's second cache.
  private static let blockRows = 1024

  /// - Parameter selection: names or numbers of columns; nil: all.
  init(
    _ context: KernelContext, input: String, selection: [String]?
  ) throws(KilnError) {
    (self.context, self.input, self.selection) = (context, input, selection)
    dropsMissing = try context.text("missing") == "drop"
    columns = try context.openTable(input, columns: selection).columns
    guard !columns.isEmpty else {
      throw KilnError(.taskFailed, "the input `\(input)` has no columns")
    }
  }

  /// Calls `body` with the complete rows of each block and the number (from 1) of each in the file.
  func forEachBlock(_ body: (MatrixView, [Int]) throws -> Void) throws {
    let table = try context.openTable(input, columns: selection)
    var block = TableBlock(rows: Self.blockRows, columns: columns.count)
    var first = 1
    leftOut = 0
    while true {
      try context.checkCancelled()
      let clock = KernelClock()
      try table.read(into: &block)
      reading.add(since: clock)
      if block.rows == 0 { return }
      let whole = block.view
      let kept = try complete(whole, first: first)
      first += block.rows
      leftOut += block.rows - kept.count
      if !kept.isEmpty { try body(whole.part(0..<kept.count, 0..<columns.count), kept) }
      if let total = table.rowCount, total > 0 {
        context.progress("read", fraction: Double(first - 1) / Double(total))
      }
    }
  }

  /// Moves the rows without NaN to the front; returns their numbers.
  private func complete(_ block: MatrixView, first: Int) throws(KilnError) -> [Int] {
    var isComplete = [Bool](repeating: true, count: block.rows)
    var isAll = true
    for column in 0..<block.columns {
      let numbers = block.column(column)
      if isFinite(numbers) { continue }
      for row in 0..<numbers.count where !numbers[row].isFinite {
        guard dropsMissing else {
          throw KilnError(
            .taskFailed,
            "row \(first + row) of `\(input)` has no number in column \(columns[column].name)",
            fix: "`missing: drop` leaves such rows out")
        }
        isComplete[row] = false
        isAll = false
      }
    }
    guard !isAll else { return Array(first..<(first + block.rows)) }
    let kept = isComplete.indices.filter { isComplete[$0] }
    for column in 0..<block.columns {
      let numbers = block.column(column)
      for (place, row) in kept.enumerated() { numbers[place] = numbers[row] }
    }
    return kept.map { first + $0 }
  }

  /// Whether all are numbers: zero times them adds up to zero, else to NaN.
  private func isFinite(_ numbers: MutableView<Double>) -> Bool {
    var (a, b) = (SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 0))
    let whole = numbers.count & ~7
    var index = 0
    while index < whole {
      a += numbers[four: index] * 0
      b += numbers[four: index + 4] * 0
      index += 8
    }
    while index < numbers.count {
      a[0] += numbers[index] * 0
      index += 1
    }
    return (a + b).sum() == 0
  }

  /// All complete rows in memory, at most this many.
  func whole(rowsMax: Int) throws -> DenseMatrix {
    var columns = [[Double]](repeating: [], count: self.columns.count)
    try forEachBlock { block, _ in
      for index in columns.indices { columns[index] += block.column(index).copy(first: block.rows) }
      guard columns[0].count <= rowsMax else {
        throw KilnError(
          .taskFailed, "the input `\(input)` has more than \(rowsMax) rows",
          fix: "this model is made in memory; take a sample of the rows")
      }
    }
    return DenseMatrix(
      rows: columns[0].count, columns: columns.count, columns.flatMap { $0 })
  }
}
