/// The inverses of the diagonal blocks of a symmetric matrix, in single precision.
package final class BlockDiagonal {
  package let blockSize: Int
  package let rowCount: Int
  let inverse: Buffer<Float>

  /// - Parameters:
  ///   - blockSize: 1, 3 or 6.
  ///   - block: element (i, j) of the diagonal block of a row. A direction whose diagonal element is
  ///     zero or that `isFree` denies is left out: there the inverse is zero.
  package init(
    blockSize: Int, rowCount: Int, team: ThreadTeam,
    block: (_ row: Int, _ i: Int, _ j: Int) -> Double, isFree: (_ row: Int, _ i: Int) -> Bool
  ) {
    self.blockSize = blockSize
    self.rowCount = rowCount
    let stride = BlockMatrix.stride(blockSize)
    inverse = Buffer(repeating: 0, count: rowCount * blockSize * stride + BlockMatrix.slack)
    let view = inverse.view
    team.split(rowCount) { rows in
      let scratch = Buffer(repeating: 0.0, count: 2 * blockSize * blockSize)
      for row in rows {
        Self.invert(blockSize, scratch.view, { block(row, $0, $1) }, { isFree(row, $0) })
        for i in 0..<blockSize {
          for j in 0..<blockSize {
            view[(row * blockSize + i) * stride + j] =
              Float(scratch.view[blockSize * (blockSize + i) + j])
          }
        }
      }
    }
  }

  /// The inverse diagonal blocks of a stored matrix.
  package convenience init(_ matrix: BlockMatrix, team: ThreadTeam) {
    guard matrix.blockSize > 1 else {
      self.init(scalars: matrix, team: team)
      return
    }
    let (size, stride) = (matrix.blockRows, BlockMatrix.stride(matrix.blockColumns))
    let values = matrix.values
    let places = Buffer(repeating: 0, count: matrix.rowCount)
    let view = places.view
    team.split(matrix.rowCount) { rows in
      for row in rows { view[row] = matrix.diagonal(row) ?? -1 }
    }
    self.init(
      blockSize: size, rowCount: matrix.rowCount, team: team,
      block: { row, i, j in
        view[row] < 0 ? 0 : Double(values[view[row] * matrix.blockSize + i * stride + j])
      }, isFree: { _, _ in true })
  }

  private init(scalars matrix: BlockMatrix, team: ThreadTeam) {
    blockSize = 1
    rowCount = matrix.rowCount
    inverse = Buffer(repeating: 0, count: matrix.rowCount + BlockMatrix.slack)
    let (view, values) = (inverse.view, matrix.values)
    team.split(matrix.rowCount) { rows in
      for row in rows {
        guard let place = matrix.diagonal(row), values[place] > 0 else { continue }
        view[row] = 1 / values[place]
      }
    }
  }

  // Gauss-Jordan elimination; pivots that vanish are skipped with their rows and columns.
  private static func invert(
    _ size: Int, _ scratch: MutableView<Double>, _ block: (Int, Int) -> Double,
    _ isFree: (Int) -> Bool
  ) {
    let right = size * size
    for i in 0..<size {
      for j in 0..<size {
        scratch[size * i + j] = isFree(i) && isFree(j) ? block(i, j) : 0
        scratch[right + size * i + j] = i == j ? 1 : 0
      }
    }
    var used = SIMD8<Double>()
    for pivot in 0..<size {
      let value = scratch[size * pivot + pivot]
      guard value > 1e-9 * abs(block(pivot, pivot)), value > 0 else { continue }
      used[pivot] = 1
      for row in 0..<size where row != pivot {
        let factor = scratch[size * row + pivot] / value
        guard factor != 0 else { continue }
        for j in 0..<size {
          scratch[size * row + j] -= factor * scratch[size * pivot + j]
          scratch[right + size * row + j] -= factor * scratch[right + size * pivot + j]
        }
      }
    }
    for i in 0..<size {
      let value = scratch[size * i + i]
      for j in 0..<size {
        let keeps = used[i] > 0 && used[j] > 0
        scratch[right + size * i + j] = keeps ? scratch[right + size * i + j] / value : 0
      }
    }
  }

  /// Computes `product = D⁻¹ vector` for the rows in `range`; the two may be the same.
  package func multiply(
    _ vector: MutableView<Float>, into product: MutableView<Float>, rows range: Range<Int>
  ) {
    let inverse = inverse.view
    switch blockSize {
    case 1:
      for row in range { product[row] = inverse[row] * vector[row] }
    case 3:
      for row in range {
        let at = 3 &* row
        let sum = Self.three(inverse, 3 &* at, vector[at], vector[at &+ 1], vector[at &+ 2])
        product[at] = sum.x
        product[at &+ 1] = sum.y
        product[at &+ 2] = sum.z
      }
    case _:
      for row in range {
        product[vector8: 8 &* row] = Self.six(inverse, 48 &* row, vector[vector8: 8 &* row])
      }
    }
  }

  /// A symmetric 3 × 3 block at `at` times (x, y, z).
  @inline(__always)
  static func three(
    _ inverse: MutableView<Float>, _ at: Int, _ x: Float, _ y: Float, _ z: Float
  ) -> SIMD4<Float> {
    (inverse[vector4: at] * x).addingProduct(inverse[vector4: at &+ 3], y)
      .addingProduct(inverse[vector4: at &+ 6], z)
  }

  /// A symmetric 6 × 6 block at `at` times six numbers.
  @inline(__always)
  static func six(
    _ inverse: MutableView<Float>, _ at: Int, _ x: SIMD8<Float>
  ) -> SIMD8<Float> {
    let first = (inverse[vector8: at] * x[0]).addingProduct(inverse[vector8: at &+ 8], x[1])
      .addingProduct(inverse[vector8: at &+ 16], x[2])
    return first.addingProduct(inverse[vector8: at &+ 24], x[3])
      .addingProduct(inverse[vector8: at &+ 32], x[4])
      .addingProduct(inverse[vector8: at &+ 40], x[5])
  }
}
