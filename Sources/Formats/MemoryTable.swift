import Base

/// A table that is in memory already: small files read whole, and tests.
package final class MemoryTable: TableReader {
  package let columns: [Column]
  package let sampleRateHz: Double?
  package let path: String?
  package let startTime: Double?
  private let values: [[Double]]
  private let labelTexts: [Int: [String]]
  private var next = 0

  /// - Parameters:
  ///   - values: the numbers of each column, all of one length.
  ///   - levels: for columns of labels, the texts that their numbers stand for.
  package init(
    _ columns: [Column], values: [[Double]], sampleRateHz: Double? = nil,
    levels: [Int: [String]] = [:], path: String? = nil,
    startTime: Double? = nil
  ) {
    precondition(columns.count == values.count, "each column needs its numbers")
    precondition(Set(values.map(\.count)).count <= 1, "columns of a table have one length")
    self.columns = columns
    self.values = values
    self.sampleRateHz = sampleRateHz
    self.path = path
    self.startTime = startTime
    labelTexts = levels
  }

  package var rowCount: Int? { values.first?.count ?? 0 }

  package func levels(of column: Int) -> [String] { labelTexts[column] ?? [] }

  package func read(into block: inout TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    let rows = min(block.capacity, (values.first?.count ?? 0) - next)
    block.rows = rows
    for (index, numbers) in values.enumerated() {
      let column = block.column(index)
      for row in 0..<rows { column[row] = numbers[next + row] }
    }
    next += rows
  }
}
