/// A symmetric operator in single precision.
package protocol SingleOperator: AnyObject {
  /// Length of its vectors, places that may be read beyond the end included.
  var vectorLength: Int { get }
  /// Overwrites `product`; `vector` may be changed only in places that do not count.
  func multiply(_ vector: MutableView<Float>, into product: MutableView<Float>)
}

/// Chebyshev iteration preconditioned by the inverse diagonal blocks: damps the upper part of the
/// spectrum [Adams, Brezina, Hu, Tuminaro 2003, J. Comput. Phys. 188; Saad, Iterative Methods for
/// Sparse Linear Systems, 12.3.2].
package final class ChebyshevSmoother {
  private let system: any SingleOperator
  private let diagonal: BlockDiagonal
  private let team: ThreadTeam
  let degree: Int
  /// Centre and half width of the damped interval.
  private var centre: Float = 1
  private var halfWidth: Float = 1
  private let step: Buffer<Float>
  private let product: Buffer<Float>

  /// - Parameters:
  ///   - largest: an upper bound of the eigenvalues of `D⁻¹ A`.
  ///   - ratio: the damped interval is `largest / ratio ... largest`.
  package init(
    _ system: any SingleOperator, diagonal: BlockDiagonal, largest: Double, degree: Int,
    ratio: Double, team: ThreadTeam
  ) {
    self.system = system
    self.diagonal = diagonal
    self.team = team
    self.degree = degree
    step = Buffer(repeating: 0, count: system.vectorLength)
    product = Buffer(repeating: 0, count: system.vectorLength)
    damp(largest: largest, ratio: ratio)
  }

  /// Changes the damped interval.
  package func damp(largest: Double, ratio: Double) {
    centre = Float((largest + largest / ratio) / 2)
    halfWidth = Float((largest - largest / ratio) / 2)
  }

  /// Improves `solution` of `A x = right`; `isZero` says that it holds zeros and need not be read.
  package func smooth(
    right: MutableView<Float>, solution: MutableView<Float>, isZero: Bool
  ) {
    var rho = halfWidth / centre
    if !isZero { system.multiply(solution, into: product.view) }
    advance(right, solution, keep: 0, add: 1 / centre, isZero ? .zero : .any)
    for _ in 1..<max(degree, 1) {
      let next = 1 / (2 * centre / halfWidth - rho)
      system.multiply(solution, into: product.view)
      advance(right, solution, keep: next * rho, add: 2 * next / halfWidth, .any)
      rho = next
    }
  }

  /// Computes `residual = right - A solution`.
  package func residual(
    right: MutableView<Float>, solution: MutableView<Float>, into residual: MutableView<Float>
  ) {
    system.multiply(solution, into: residual)
    team.split(BlockMatrix.stride(diagonal.blockSize) * diagonal.rowCount) { range in
      for index in range { residual[index] = right[index] - residual[index] }
    }
  }

  private enum Start { case zero, any }

  // step = keep step + add D^-1 (right - A solution); solution += step.
  private func advance(
    _ right: MutableView<Float>, _ solution: MutableView<Float>, keep: Float, add: Float,
    _ start: Start
  ) {
    let (step, product, inverse) = (step.view, product.view, diagonal.inverse.view)
    let isZero = start == .zero
    team.split(diagonal.rowCount) { rows in
      switch diagonal.blockSize {
      case 1:
        for row in rows {
          let rest = right[row] - (isZero ? 0 : product[row])
          let change = (keep == 0 ? 0 : keep * step[row]) + add * inverse[row] * rest
          step[row] = change
          solution[row] = isZero ? change : solution[row] + change
        }
      case 3:
        for row in rows {
          let at = 3 &* row
          for index in at..<(at &+ 3) where isZero { product[index] = 0 }
          let rest = BlockDiagonal.three(
            inverse, 3 &* at, right[at] - product[at], right[at &+ 1] - product[at &+ 1],
            right[at &+ 2] - product[at &+ 2])
          for index in 0..<3 {
            let change = (keep == 0 ? 0 : keep * step[at &+ index]) + add * rest[index]
            step[at &+ index] = change
            solution[at &+ index] = isZero ? change : solution[at &+ index] + change
          }
        }
      case _:
        for row in rows {
          let at = 8 &* row
          let residual = isZero ? right[vector8: at] : right[vector8: at] - product[vector8: at]
          var change = BlockDiagonal.six(inverse, 48 &* row, residual) * add
          if keep != 0 { change.addProduct(step[vector8: at], keep) }
          step[vector8: at] = change
          solution[vector8: at] = isZero ? change : solution[vector8: at] + change
        }
      }
    }
  }
}
