// Products of matrices of single numbers, in one pass: the length of a row is not known before.
extension BlockMatrix {
  /// The product of two matrices of single numbers, row by row [Gustavson 1978, ACM TOMS 4(3)].
  static func product(
    scalars left: BlockMatrix, _ right: BlockMatrix, team: ThreadTeam
  ) -> BlockMatrix {
    rows(of: left, columnCount: right.columnCount, team) { rows, list in
      let (leftStarts, leftColumns, leftValues) = (left.starts, left.columns, left.values)
      let (starts, columns, values) = (right.starts, right.columns, right.values)
      let slots = Buffer(repeating: -1, count: right.columnCount)
      let slot = slots.view
      for row in rows {
        var most = 0
        for entry in leftStarts[row]..<leftStarts[row &+ 1] {
          let middle = Int(leftColumns[entry])
          most &+= starts[middle &+ 1] &- starts[middle]
        }
        var sum = list.row(atMost: min(most, right.columnCount))
        for entry in leftStarts[row]..<leftStarts[row &+ 1] {
          let (middle, factor) = (Int(leftColumns[entry]), leftValues[entry])
          for other in starts[middle]..<starts[middle &+ 1] {
            sum.add(factor * values[other], at: columns[other], slot)
          }
        }
        list.end(sum)
      }
    }
  }

  /// The prolongation of smoothed aggregation, `P = (1 - omega D⁻¹ A) T`, where each row of T has one
  /// number.
  func scalarProlongator(
    _ groups: borrowing Aggregation, basis: MutableView<Double>, diagonal: BlockDiagonal,
    omega: Double, team: ThreadTeam
  ) -> BlockMatrix {
    let (group, inverse) = (groups.groupOfRow.view, diagonal.inverse.view)
    let groupCount = groups.groupCount
    return Self.rows(of: self, columnCount: groupCount, team) { rows, list in
      let (starts, columns, values) = (self.starts, self.columns, self.values)
      let slots = Buffer(repeating: -1, count: groupCount)
      let slot = slots.view
      for row in rows {
        var sum = list.row(atMost: starts[row &+ 1] &- starts[row] &+ 1)
        let factor = -Float(omega) * inverse[row]
        for entry in starts[row]..<starts[row &+ 1] {
          let column = Int(columns[entry])
          guard group[column] >= 0 else { continue }
          sum.add(factor * values[entry] * Float(basis[column]), at: group[column], slot)
        }
        if group[row] >= 0 { sum.add(Float(basis[row]), at: group[row], slot) }
        list.end(sum)
      }
    }
  }

  /// A matrix with as many rows as `shape`, which `body` appends range by range.
  private static func rows(
    of shape: BlockMatrix, columnCount: Int, _ team: ThreadTeam,
    _ body: (Range<Int>, RowList) -> Void
  ) -> BlockMatrix {
    let count = shape.rowCount
    let lists = (0..<team.count).map { _ in RowList() }
    let starts = Buffer(repeating: 0, count: count + 1)
    let view = starts.view
    team.run { part in
      let rows = team.share(part, of: count)
      body(rows, lists[part])
      lists[part].copyLengths(to: view, after: rows.lowerBound)
    }
    for row in 0..<count { view[row &+ 1] &+= view[row] }
    let result = BlockMatrix(
      blockRows: 1, blockColumns: 1, rowCount: count, columnCount: columnCount, starts: starts)
    team.run { part in
      let first = result.starts[team.share(part, of: count).lowerBound]
      lists[part].copyEntries(to: result, first: first)
    }
    return result
  }
}

/// Rows of a sparse matrix that are appended one after the other.
private final class RowList {
  private final class Chunk {
    let columns: Buffer<Int32>
    let values: Buffer<Float>
    /// The number of its first entry among all of the list, and how many it has.
    let first: Int
    var used = 0

    init(first: Int, capacity: Int) {
      self.first = first
      columns = Buffer(repeating: 0, count: capacity)
      values = Buffer(repeating: 0, count: capacity)
    }
  }

  private static let chunkSize = 1 << 18
  private var chunks: [Chunk] = []
  private var current = Chunk(first: 0, capacity: 0)
  private var lengths: [Int32] = []

  /// Begins a row of at most so many entries.
  func row(atMost most: Int) -> RowSum {
    if current.used &+ most > current.values.count {
      current = Chunk(
        first: current.first + current.used, capacity: max(Self.chunkSize, most))
      chunks.append(current)
    }
    return RowSum(
      columns: current.columns.view, values: current.values.view,
      base: current.first, start: current.used)
  }

  func end(_ row: RowSum) {
    lengths.append(Int32(truncatingIfNeeded: row.next &- current.used))
    current.used = row.next
  }

  /// Writes the length of row `i` of the list to place `first + i + 1`.
  func copyLengths(to starts: MutableView<Int>, after first: Int) {
    for (row, length) in lengths.enumerated() { starts[first + row + 1] = Int(length) }
  }

  func copyEntries(to matrix: BlockMatrix, first: Int) {
    let (columns, values) = (matrix.columns, matrix.values)
    for chunk in chunks {
      columns.assign(
        chunk.columns.view[part: 0..<chunk.used].reading, at: first + chunk.first)
      values.assign(chunk.values.view[part: 0..<chunk.used].reading, at: first + chunk.first)
    }
  }
}

/// A row that is being added up.
private struct RowSum {
  private let columns: MutableView<Int32>
  private let values: MutableView<Float>
  private let base: Int
  private let start: Int
  private(set) var next: Int

  init(columns: MutableView<Int32>, values: MutableView<Float>, base: Int, start: Int) {
    self.columns = columns
    self.values = values
    self.base = base
    self.start = start
    next = start
  }

  /// Adds a number in a column.
  ///
  /// - Parameter slot: where each column is in the row at hand, or was in an earlier one, among all
  ///   entries of the list; -1 where it has not been yet.
  @inline(__always)
  mutating func add(_ value: Float, at column: Int32, _ slot: MutableView<Int>) {
    let place = slot[Int(column)] &- base
    if place >= start {
      values[place] += value
    } else {
      slot[Int(column)] = next &+ base
      columns[next] = column
      values[next] = value
      next &+= 1
    }
  }
}
