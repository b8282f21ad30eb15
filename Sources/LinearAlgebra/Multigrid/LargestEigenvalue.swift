import Base

/// An estimate of the largest eigenvalue of `D⁻¹ A`, from below, by conjugate gradients' Lanczos
/// matrix [Golub, Van Loan, Matrix Computations, 11.3.5].
///
/// - Parameter steps: a dozen give it within a few per cent.
package func largestEigenvalue(
  _ system: any SingleOperator, diagonal: BlockDiagonal, steps: Int, seed: UInt64, team: ThreadTeam
) -> Double {
  let length = system.vectorLength
  let residual = Buffer(repeating: Float(0), count: length)
  let scaled = Buffer(repeating: Float(0), count: length)
  let direction = Buffer(repeating: Float(0), count: length)
  let product = Buffer(repeating: Float(0), count: length)
  let (r, z, p, q) = (residual.view, scaled.view, direction.view, product.view)
  let stride = BlockMatrix.stride(diagonal.blockSize)
  let count = stride * diagonal.rowCount
  var random = SplitMix64(seed: seed)
  for index in 0..<count where index % stride < diagonal.blockSize {
    r[index] = Float(Double(random.next() >> 11) * 0x1p-52 - 1)
  }
  func inner(_ a: MutableView<Float>, _ b: MutableView<Float>) -> Double {
    team.sum(count) { range in
      var sum = 0.0
      for index in range { sum += Double(a[index]) * Double(b[index]) }
      return sum
    }
  }
  diagonal.multiply(r, into: z, rows: 0..<diagonal.rowCount)
  // Random numbers where the diagonal is left out must not take part.
  for index in 0..<count where z[index] == 0 { r[index] = 0 }
  for index in 0..<count { p[index] = z[index] }
  var (diagonals, others): ([Double], [Double]) = ([], [])
  var (last, carried) = (inner(r, z), 0.0)
  for _ in 0..<steps {
    guard last > 0 else { break }
    system.multiply(p, into: q)
    let energy = inner(p, q)
    guard energy > 0, energy.isFinite else { break }
    let alpha = last / energy
    diagonals.append(1 / alpha + carried)
    team.split(diagonal.rowCount) { rows in
      for index in (rows.lowerBound * stride)..<(rows.upperBound * stride) {
        r[index] -= Float(alpha) * q[index]
      }
      diagonal.multiply(r, into: z, rows: rows)
    }
    let next = inner(r, z)
    let beta = next / last
    team.split(count) { for index in $0 { p[index] = z[index] + Float(beta) * p[index] } }
    carried = beta / alpha
    others.append(beta.squareRoot() / alpha)
    last = next
  }
  return largestEigenvalue(ofTridiagonal: diagonals, others)
}

/// Bisection on the count of eigenvalues above a number (Sturm sequence).
private func largestEigenvalue(ofTridiagonal diagonal: [Double], _ others: [Double]) -> Double {
  guard !diagonal.isEmpty else { return 1 }
  func isAbove(_ bound: Double) -> Bool {
    var pivot = 1.0
    for index in diagonal.indices {
      let coupling = index > 0 ? others[index - 1] * others[index - 1] / pivot : 0
      pivot = bound - diagonal[index] - coupling
      if pivot <= 0 { return false }
    }
    return true
  }
  var low = diagonal.max() ?? 0
  var high = low
  for index in diagonal.indices {
    let sides =
      (index > 0 ? others[index - 1] : 0) + (index + 1 < diagonal.count ? others[index] : 0)
    high = max(high, diagonal[index] + sides)
  }
  for _ in 0..<40 {
    let middle = (low + high) / 2
    if isAbove(middle) { high = middle } else { low = middle }
  }
  return high
}
