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
    let (starts, columns, isStrong) = (matrix.starts, matrix.columns, strong.isStrong.view)
    var made = 0
    for row in 0..<matrix.rowCount where group[row] < 0 && strong.hasAny.view[row] {
      var isOpen = true
      for entry in starts[row]..<starts[row + 1] where isStrong[entry] {
        if group[Int(columns[entry])] >= 0 {
          isOpen = false
          break
        }
      }
      guard isOpen else { continue }
      group[row] = Int32(truncatingIfNeeded: made)
      for entry in starts[row]..<starts[row + 1] where isStrong[entry] {
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
    let (starts, columns, isStrong) = (matrix.starts, matrix.columns, strong.isStrong.view)
    // Joined rows are marked below -1 until the pass is over, so that groups do not grow chains.
    for row in 0..<matrix.rowCount where group[row] == -1 && strong.hasAny.view[row] {
      var best = Float(0)
      for entry in starts[row]..<starts[row + 1] where isStrong[entry] {
        let neighbour = group[Int(columns[entry])]
        if neighbour >= 0, strong.norms.view[entry] > best {
          best = strong.norms.view[entry]
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
    let (starts, columns, isStrong) = (matrix.starts, matrix.columns, strong.isStrong.view)
    for row in 0..<matrix.rowCount where group[row] < 0 && strong.isCoupled.view[row] {
      group[row] = Int32(truncatingIfNeeded: made)
      for entry in starts[row]..<starts[row + 1]
      where isStrong[entry] && group[Int(columns[entry])] < 0 {
        group[Int(columns[entry])] = Int32(truncatingIfNeeded: made)
      }
      made += 1
    }
  }
}

/// Which blocks of a matrix count when its rows are grouped.
struct StrongConnections: ~Copyable {
  /// Squared Frobenius norm of each block over those of the diagonals.
  let norms: Buffer<Float>
  let isStrong: Buffer<Bool>
  /// Whether a row has a strong neighbour, and whether it has any neighbour at all.
  let hasAny: Buffer<Bool>
  let isCoupled: Buffer<Bool>

  init(_ matrix: BlockMatrix, threshold: Double, team: ThreadTeam) {
    let squared = Buffer(repeating: Float(0), count: matrix.blockCount)
    let diagonal = Buffer(repeating: Float(0), count: matrix.rowCount)
    let strong = Buffer(repeating: false, count: matrix.blockCount)
    let any = Buffer(repeating: false, count: matrix.rowCount)
    let coupled = Buffer(repeating: false, count: matrix.rowCount)
    let (norm, own, isStrong) = (squared.view, diagonal.view, strong.view)
    let (hasAny, isCoupled) = (any.view, coupled.view)
    let (starts, columns) = (matrix.starts, matrix.columns)
    team.split(matrix.rowCount) { rows in
      for row in rows {
        for entry in starts[row]..<starts[row + 1] {
          norm[entry] = matrix.squaredNorm(of: entry)
          if Int(columns[entry]) == row { own[row] = norm[entry] }
        }
      }
    }
    let limit = Float(threshold * threshold)
    team.split(matrix.rowCount) { rows in
      for row in rows {
        for entry in starts[row]..<starts[row + 1] where Int(columns[entry]) != row {
          let scale = (own[row] * own[Int(columns[entry])]).squareRoot()
          guard norm[entry] > 0, scale > 0 else { continue }
          norm[entry] /= scale
          isCoupled[row] = true
          isStrong[entry] = norm[entry] > limit
          if isStrong[entry] { hasAny[row] = true }
        }
      }
    }
    self.norms = squared
    self.isStrong = strong
    self.hasAny = any
    self.isCoupled = coupled
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
