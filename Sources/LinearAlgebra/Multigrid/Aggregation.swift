/// Groups of strongly connected rows of blocks: the unknowns of the next coarser level.
struct Aggregation: ~Copyable {
  /// The group of each row; -1 for rows that need no coarse correction.
  let groupOfRow: Buffer<Int32>
  let groupCount: Int
  /// The rows of group `g` are `rows[starts[g]..<starts[g + 1]]`.
  let starts: Buffer<Int>
  let rows: Buffer<Int32>
}

extension Aggregation {
  /// Greedy grouping [Vanek, Mandel, Brezina 1996, Computing 56].
  ///
  /// Rows i and j are strongly connected where `|A_ij|² > threshold² |A_ii| |A_jj|` in the Frobenius
  /// norm.
  init(_ matrix: BlockMatrix, threshold: Double, team: ThreadTeam) {
    let strong = StrongConnections(matrix, threshold: threshold, team: team)
    let count = matrix.rowCount
    let groups = Buffer(repeating: Int32(-1), count: count)
    var made = Self.seeds(matrix, strong, groups.view)
    Self.join(matrix, strong, groups.view)
    Self.gather(matrix, strong, groups.view, &made)
    let starts = Buffer(repeating: 0, count: made + 1)
    let rows = Buffer(repeating: Int32(0), count: count)
    let (group, start, list) = (groups.view, starts.view, rows.view)
    for row in 0..<count where group[row] >= 0 { start[Int(group[row]) + 1] += 1 }
    for index in 0..<made { start[index + 1] += start[index] }
    let next = Buffer(repeating: 0, count: made + 1)
    for index in 0..<made { next.view[index] = start[index] }
    for row in 0..<count where group[row] >= 0 {
      let place = next.view[Int(group[row])]
      list[place] = Int32(truncatingIfNeeded: row)
      next.view[Int(group[row])] = place + 1
    }
    groupOfRow = groups
    groupCount = made
    self.starts = starts
    self.rows = rows
  }

  /// A row whose strong neighbours are all without a group founds one with them.
  private static func seeds(
    _ matrix: BlockMatrix, _ strong: borrowing StrongConnections, _ group: MutableView<Int32>
  ) -> Int {
    let (starts, columns) = (matrix.starts, matrix.columns)
    var made = 0
    for row in 0..<matrix.rowCount where group[row] < 0 {
      var (isOpen, hasAny) = (true, false)
      for entry in starts[row]..<starts[row &+ 1] where strong.strength(row, entry) > strong.limit {
        hasAny = true
        if group[Int(columns[entry])] >= 0 {
          isOpen = false
          break
        }
      }
      guard isOpen, hasAny else { continue }
      group[row] = Int32(truncatingIfNeeded: made)
      for entry in starts[row]..<starts[row &+ 1] where strong.strength(row, entry) > strong.limit {
        group[Int(columns[entry])] = Int32(truncatingIfNeeded: made)
      }
      made += 1
    }
    return made
  }

  /// A row that is left joins the group of its most strongly connected neighbour.
  private static func join(
    _ matrix: BlockMatrix, _ strong: borrowing StrongConnections, _ group: MutableView<Int32>
  ) {
    let (starts, columns) = (matrix.starts, matrix.columns)
    // Joined rows are marked below -1 until the pass is over, so that groups do not grow chains.
    for row in 0..<matrix.rowCount where group[row] == -1 {
      var best = strong.limit
      for entry in starts[row]..<starts[row &+ 1] {
        let neighbour = group[Int(columns[entry])]
        guard neighbour >= 0 else { continue }
        let strength = strong.strength(row, entry)
        if strength > best {
          best = strength
          group[row] = -2 - neighbour
        }
      }
    }
    for row in 0..<matrix.rowCount where group[row] < -1 { group[row] = -2 - group[row] }
  }

  /// What is still left makes groups of its own.
  private static func gather(
    _ matrix: BlockMatrix, _ strong: borrowing StrongConnections, _ group: MutableView<Int32>,
    _ made: inout Int
  ) {
    let (starts, columns) = (matrix.starts, matrix.columns)
    for row in 0..<matrix.rowCount where group[row] < 0 {
      let entries = starts[row]..<starts[row + 1]
      guard entries.contains(where: { strong.strength(row, $0) > 0 }) else { continue }
      group[row] = Int32(truncatingIfNeeded: made)
      for entry in entries
      where group[Int(columns[entry])] < 0 && strong.strength(row, entry) > strong.limit {
        group[Int(columns[entry])] = Int32(truncatingIfNeeded: made)
      }
      made += 1
    }
  }
}

/// How strongly the rows of a matrix are connected, for grouping them.
struct StrongConnections: ~Copyable {
  private let columns: MutableView<Int32>
  /// The numbers of a matrix of single numbers, else the squared Frobenius norm of each block.
  private let numbers: MutableView<Float>
  private let isScalar: Bool
  private let squares: Buffer<Float>
  /// One over the Frobenius norm of each diagonal block; zero where that vanishes.
  private let inverses: Buffer<Float>
  /// Beyond it a connection is strong.
  let limit: Float

  /// The matrix has to outlive the connections.
  init(_ matrix: BlockMatrix, threshold: Double, team: ThreadTeam) {
    isScalar = matrix.blockSize == 1
    squares = Buffer(repeating: 0, count: isScalar ? 0 : matrix.blockCount)
    inverses = Buffer(repeating: 0, count: matrix.rowCount)
    columns = matrix.columns
    limit = Float(threshold * threshold)
    numbers = isScalar ? matrix.values : squares.view
    let (isScalar, norms, inverse) = (isScalar, squares.view, inverses.view)
    let (starts, columns) = (matrix.starts, matrix.columns)
    team.split(matrix.rowCount) { rows in
      for row in rows {
        for entry in starts[row]..<starts[row &+ 1] {
          let isOwn = Int(columns[entry]) == row
          guard isOwn || !isScalar else { continue }
          let norm = matrix.squaredNorm(of: entry)
          if !isScalar { norms[entry] = norm }
          if isOwn, norm > 0 { inverse[row] = 1 / norm.squareRoot() }
        }
      }
    }
  }

  /// The squared norm of a block over those of the two diagonal blocks; zero for a diagonal block.
  @inline(__always)
  borrowing func strength(_ row: Int, _ entry: Int) -> Float {
    let (column, number) = (Int(columns[entry]), numbers[entry])
    guard column != row else { return 0 }
    return (isScalar ? number * number : number) * inverses.view[row] * inverses.view[column]
  }
}

extension BlockMatrix {
  fileprivate func squaredNorm(of entry: Int) -> Float {
    let (first, step) = (entry * blockSize, Self.stride(blockColumns))
    var sum: Float = 0
    for i in 0..<blockRows {
      for j in 0..<blockColumns {
        let value = values[first &+ step &* i &+ j]
        sum += value * value
      }
    }
    return sum
  }
}
