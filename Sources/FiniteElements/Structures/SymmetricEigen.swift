/// Eigenvalues of small symmetric matrices by Jacobi rotations (Golub and Van Loan, section 8.5).
enum SymmetricEigen {
  /// Eigenvalues in ascending order with their unit eigenvectors, of a 3 x 3 matrix.
  static func ascending(_ matrix: [[Double]]) -> (values: [Double], vectors: [SIMD3<Double>]) {
    var a = matrix
    var vectors: [SIMD3<Double>] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    for _ in 0..<50 {
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q] != 0 {
        let ratio = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        for k in 0..<3 {
          (a[k][p], a[k][q]) = (
            cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q]
          )
        }
        for k in 0..<3 {
          (a[p][k], a[q][k]) = (
            cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k]
          )
        }
        (vectors[p], vectors[q]) = (
          cosine * vectors[p] - sine * vectors[q], sine * vectors[p] + cosine * vectors[q]
        )
      }
    }
    let order = (0..<3).sorted { a[$0][$0] < a[$1][$1] }
    return (order.map { a[$0][$0] }, order.map { vectors[$0] })
  }
}
